"""``python -m tests.mutation``: do the tests bite? Mutants of the rules, of dispatch, seeding and extraction.

Each mutant is one change of one expression: a sign, a factor, a swapped operand, a dropped term, another axis, a turned
condition. All tests are collected once. A first run notes which tests pass through which lines; then each mutant, in a
process of its own, meets the tests that pass through its line, the fastest first, and is killed by the first failure.
Needs `os.fork`.
"""

import argparse
import importlib
import os
import pickle
import pkgutil
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.equivalent_mutants import REASONS
from tests.mutants import ROOT, Loader, compiled, every_mutant, living_functions, patch

SECONDS = 60  # of processor time: a mutant on which a test takes longer is killed, it does not end
KILLED, SURVIVED, AGAIN = 0, 7, 8
OPTIONS = ["-q", "-s", "--assert=plain", "--tb=native", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"]


def run_at_import():
    """The lines inside of functions of dualad that run while it is imported: (file, line)."""
    seen = set()

    def trace(frame, event, arg):
        code = frame.f_code
        if code.co_name == "<module>" or not code.co_filename.startswith(str(ROOT / "dualad")):
            return None
        seen.add((code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    import dualad

    for module in pkgutil.walk_packages(dualad.__path__, "dualad."):
        importlib.import_module(module.name)
    sys.settrace(None)
    return seen


class Study:
    """A plugin of pytest that takes the place of its loop over the tests."""

    def __init__(self, options):
        self.options, self.failed, self.at_import = options, False, run_at_import() if not options.trial else set()

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def pytest_runtestloop(self, session):
        self.items = session.items
        if self.options.trial:
            chosen = pickle.load(sys.stdin.buffer)
            os._exit(self.first_failure(chosen or range(len(self.items))))
        self.reached, self.seconds = self.run_once()
        self.living = living_functions()
        self.report(*self.chosen())
        return True

    def passes(self, item):
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def run_once(self):
        """Which tests pass through which lines, and how long they take. In a process of its own."""
        file = Path(self.options.map or tempfile.mkstemp()[1])
        if not file.exists() or not file.stat().st_size:
            child = os.fork()
            if not child:
                silence()
                result = self.measured()
                file.write_bytes(pickle.dumps(result))
                os._exit(0)
            os.waitpid(child, 0)
        names, reached, seconds, failures = pickle.loads(file.read_bytes())
        if not self.options.map:
            file.unlink()
        if failures:
            raise SystemExit(f"the tests fail on code that is not changed: repair them first: {failures}")
        if names != [item.nodeid for item in self.items]:
            raise SystemExit(f"{file} belongs to other tests: delete it")
        return reached, seconds

    def measured(self):
        import coverage

        meter = coverage.Coverage(data_file=None, include=[str(ROOT / "dualad" / "*")], config_file=False)
        seconds, failures = [], []
        meter.start()
        for number, item in enumerate(self.items):
            meter.switch_context(str(number))
            start = time.process_time()
            if not self.passes(item):
                failures.append(item.nodeid)
            seconds.append(time.process_time() - start)
        meter.stop()
        data = meter.get_data()
        reached = {
            (file, line): [int(name) for name in names if name]
            for file in data.measured_files()
            for line, names in data.contexts_by_lineno(file).items()
        }
        return [item.nodeid for item in self.items], reached, seconds, failures

    def first_failure(self, numbers):
        """KILLED or SURVIVED; a test that does not end kills the process, too."""
        for number in numbers:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.alarm(10 * SECONDS)
            if not self.passes(self.items[number]):
                return KILLED
        return SURVIVED

    def trial(self, mutant):
        """In a process of its own: whether a test fails on the mutant."""
        silence()
        tests = self.tests(mutant)
        only_here = tests and not any((str(ROOT / mutant.file), line) in self.at_import for line in mutant.lines)
        compiled(mutant.file, mutant.number)  # an error here is no kill
        try:
            patched = patch(mutant, self.living)
            if patched and self.first_failure(tests) == KILLED:
                os._exit(KILLED)
        except BaseException:
            os._exit(KILLED)
        os._exit(SURVIVED if patched and only_here else AGAIN)

    def tests(self, mutant):
        """The tests that pass through the line, the fastest first."""
        file = str(ROOT / mutant.file)
        found = {number for line in mutant.lines for number in self.reached.get((file, line), ())}
        return sorted(found, key=self.seconds.__getitem__)

    def chosen(self):
        every = list(every_mutant(self.options.only))
        count = self.options.count or len(every)
        return random.Random(self.options.seed).sample(every, min(count, len(every))), len(every)

    def report(self, chosen, possible):
        start, survivors, running, waiting = time.time(), [], {}, list(chosen)
        while waiting or running:
            while waiting and len(running) < self.options.workers:
                mutant = waiting.pop()
                child = os.fork()
                if not child:
                    self.trial(mutant)
                running[child] = mutant
            if len(waiting) % 100 == 0:
                print(f"{len(waiting)} left", flush=True)
            child, status = os.wait()
            mutant, code = running.pop(child), os.waitstatus_to_exitcode(status)
            if code not in (KILLED, SURVIVED, AGAIN) and code >= 0:
                raise SystemExit(f"the study itself failed on {mutant}")
            if code == AGAIN:
                code = in_a_fresh_interpreter(mutant, self.tests(mutant))
            if code == SURVIVED:
                survivors.append(mutant)
                if (mutant.file, mutant.text) not in REASONS:
                    print(f"survived: {mutant}", flush=True)
        killed = len(chosen) - len(survivors)
        explained = sum((mutant.file, mutant.text) in REASONS for mutant in survivors)
        print(
            f"{killed} of {len(chosen)} mutants killed ({100 * killed / max(1, len(chosen)):.1f} %), of {possible} possible"
        )
        print(f"{len(survivors)} survive, {explained} of them explained; {time.time() - start:.0f} s")


def silence():
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    os.dup2(sys.stdout.fileno(), 1)
    os.dup2(sys.stdout.fileno(), 2)


def in_a_fresh_interpreter(mutant, tests):
    """For changes of what runs while dualad is imported: the tests that pass there later too, or else all."""
    command = [sys.executable, "-m", "tests.mutation", "--trial", f"{mutant.file}:{mutant.number}"]
    run = subprocess.run(command, cwd=ROOT, input=pickle.dumps(tests), capture_output=True)
    code = run.returncode
    return SURVIVED if code == SURVIVED else KILLED


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, help="of all mutants, so many at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--map", help="a file that keeps which tests pass through which lines")
    parser.add_argument("--trial", help=argparse.SUPPRESS)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.trial:
        file, number = options.trial.split(":")
        sys.meta_path.insert(
            0, Loader(next(m for m in every_mutant(file) if m.file == file and m.number == int(number)))
        )
    raise SystemExit(pytest.main(OPTIONS, plugins=[Study(options)]))


if __name__ == "__main__":
    main()
