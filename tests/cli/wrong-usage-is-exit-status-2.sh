#!/bin/sh
. "$(dirname "$0")/../lib/lib.sh"

cd "$WORK"
says()
{
        _wanted=$1
        shift
        expect_status 2 "$LANCEFS" "$@"
        expect_says "$_wanted"
}

says 'lancefs import CATALOG PATH' # and all the other commands
says "lancefs: there is no command 'imprt'" imprt
says "lancefs: there is no command ''" ''
says "lancefs: there is no command '--help2'" --help2
says "lancefs: there is no command 'x'" help x
says 'lancefs: a CATALOG and a PATH are needed' import
says 'lancefs: a CATALOG and a PATH are needed' import c
says 'lancefs: import takes one CATALOG and one PATH' import c p q
says "lancefs: import has no option '--onto'" import c p --onto x
says "lancefs: import has no option '-x'" import -xy c p
says "lancefs: option '--into' needs a value" import c p --into
says "lancefs: see 'lancefs help import'" import c p --into
says 'lancefs: which CATALOG?' check
says 'lancefs: check takes one CATALOG' check a b
says "lancefs: option '--repair=yes': it takes no value" check a --repair=yes
says "lancefs: check has no option '-r'" check -r a
check 'nothing is made' [ ! -e c ]
