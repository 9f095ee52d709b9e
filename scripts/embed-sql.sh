#!/bin/sh
# Make sql.h of the SQL files: an enum with one name per statement, and their texts.
#   embed-sql.sh --list DIRECTORY   the names of the files, one per line
#   embed-sql.sh FILE...            the header on standard output
set -eu
export LC_ALL=C

if [ "$1" = --list ]; then
        cd "$2"
        ls -- *.sql
        exit 0
fi

echo '/* Generated from src/backend/sqlite/sql by scripts/embed-sql.sh. */'
echo 'enum sqlite_statement {'
for file; do
        printf '        SQL_%s,\n' "$(basename "$file" .sql | tr '[:lower:]' '[:upper:]')"
done
echo '        SQL_COUNT'
echo '};'
echo 'extern const char *const sqlite_statement_text[SQL_COUNT];'
echo '#ifdef SQLITE_STATEMENT_TEXT'
echo 'const char *const sqlite_statement_text[SQL_COUNT] = {'
for file; do
        # Comments stay in the file; the program gets the statement alone.
        sed -e 's/[[:space:]]*-- .*$//' -e '/^[[:space:]]*--/d' -e '/^[[:space:]]*$/d' \
                -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/        "/' -e 's/$/\\n"/' "$file"
        echo '        ,'
done
echo '};'
echo '#endif'
