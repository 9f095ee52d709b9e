-- What kind of file this is. All zero: a new one.
select (select application_id from pragma_application_id),
       (select user_version from pragma_user_version),
       (select count(*) from sqlite_schema),
       (select journal_mode from pragma_journal_mode);
