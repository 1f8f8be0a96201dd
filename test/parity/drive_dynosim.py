"""Runs command lines of `python -m dynamo.replay` one after another in one process.

Reads one JSON list of arguments per line and answers each with one JSON object: {"error": null} or {"error": "..."}.
Importing the package takes seconds, a small replay takes milliseconds.
"""

import contextlib
import io
import json
import os
import sys

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

from dynamo.replay.main import main  # noqa: E402


def replay(args):
    spoken = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(spoken):
            main(args)
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        return spoken.getvalue().strip().splitlines()[-1] if error.code else None
    except BaseException as error:  # a panic of the native part is no Exception
        return str(error) or type(error).__name__
    return None


for line in sys.stdin:
    answers.write(json.dumps({"error": replay(json.loads(line))}) + "\n")
    answers.flush()
