-- Columns of sqlite_version_from_row(), naming_scheme. ?1 id
select version, manifest_path, manifest_size, e_tag, timestamp_ms, metadata, naming_scheme
from version where id = ?1;
