"""A process that judges: `python -m ui.tables.judge_process`.

One piece of work comes in, pickled, by `ui.tables.judge_job` and by nobody else; findings go out as they are
made. A forest or five folds hold the interpreter for seconds: here they hold nobody's else.
"""

from __future__ import annotations

import os
import pickle
import sys

from ui.tables.judge_models import Work


def main() -> None:
    """Do the work, then end."""
    if hasattr(os, "nice"):
        os.nice(5)  # whoever is looked at trains first
    # Libraries print; what they print must not get between the findings.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: Work = pickle.load(sys.stdin.buffer)
    for finding in work.findings():
        pickle.dump(finding, answers)
        answers.flush()


if __name__ == "__main__":
    main()
