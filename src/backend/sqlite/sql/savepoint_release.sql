release request;
