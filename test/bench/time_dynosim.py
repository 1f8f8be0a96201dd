"""Runs one command line of `python -m dynamo.replay` and prints its largest resident size in KiB."""

import contextlib
import os
import resource
import sys

from dynamo.replay.main import main

with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
    main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
