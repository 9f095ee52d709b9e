#!/usr/bin/env python3
"""Counts what one run of "meson test" came to, for scripts/test.

    count-tests.py LABEL TESTLOG.json COUNTS

Says it in words on standard output and appends "PASSED FAILED SKIPPED" to the file COUNTS.

A program that prints TAP, as cmocka does under CMOCKA_MESSAGE_OUTPUT=TAP, counts as its subtests;
any other test counts as one. Meson is not asked to read the TAP, because cmocka before 1.1.6 prints
a skipped test as "not ok 3 # SKIP name", which meson takes for a failure.
"""
import collections
import json
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
PLAN = re.compile(r"^1\.\.(\d+)\s*$")
SUBTEST = re.compile(r"^(not )?ok \d+(.*)$")


class Counts:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = collections.Counter()

    def add_tap(self, test, lines):
        planned = sum(int(m.group(1)) for m in map(PLAN.match, lines) if m)
        seen = failed = 0
        remark = ""
        for line in lines:
            subtest = SUBTEST.match(line)
            if not subtest:
                # The reason for a skip is what the test printed last.
                remark = line.strip() or remark
                continue
            seen += 1
            name, _, directive = subtest.group(2).partition("#")
            if directive.strip().upper().startswith("SKIP"):
                self.skipped[remark or directive.strip()] += 1
            elif subtest.group(1):
                failed += 1
                self.failed.append(f"{test['name']}: {name.strip(' -')}")
            else:
                self.passed += 1
            remark = ""
        if failed and test["result"] != "TIMEOUT" and test["returncode"] >= 0:
            return
        if test["result"] not in GOOD:
            self.failed.append(f"{test['name']}: {how_it_ended(test)}, {seen} of {planned} tests seen")
        elif seen != planned:
            self.failed.append(f"{test['name']}: {seen} of {planned} tests seen")

    def add(self, test):
        lines = (test["stdout"] or "").splitlines()
        if any(PLAN.match(line) for line in lines):
            self.add_tap(test, lines)
        elif test["result"] in GOOD:
            self.passed += 1
        elif test["result"] == "SKIP":
            reasons = [line[5:].strip() for line in lines if line.startswith("skip:")]
            self.skipped[reasons[-1] if reasons else f"{test['name']} does not say why"] += 1
        else:
            self.failed.append(f"{test['name']}: {how_it_ended(test)}")


def how_it_ended(test):
    if test["result"] in ("TIMEOUT", "INTERRUPT"):
        return test["result"].lower()
    if test["returncode"] < 0:
        return f"ended by signal {-test['returncode']}"
    return f"exit status {test['returncode']}"


def main():
    label, log, counts_file = sys.argv[1:]
    counts = Counts()
    seconds = []
    try:
        with open(log, encoding="utf-8", errors="replace") as tests:
            for line in tests:
                test = json.loads(line)
                counts.add(test)
                seconds.append((test["duration"] or 0, test["name"]))
    except FileNotFoundError:
        pass # no test was chosen
    skipped = sum(counts.skipped.values())

    print(f"{label}: {counts.passed} passed, {len(counts.failed)} failed, {skipped} skipped")
    for name in counts.failed:
        print(f"    failed: {name}")
    for reason, count in counts.skipped.most_common():
        print(f"    skipped {count}: {reason}")
    slow = [f"{name} {took:.0f} s" for took, name in sorted(seconds, reverse=True)[:3] if took > 20]
    if slow:
        print(f"    longest: {', '.join(slow)}")
    with open(counts_file, "a", encoding="utf-8") as out:
        out.write(f"{counts.passed} {len(counts.failed)} {skipped}\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    main()
