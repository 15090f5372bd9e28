"""`python -m tests.journeys [NAME…]`: write journeys as they are played now. Then read every line that changed."""

from __future__ import annotations

import sys

from tests.journeys.playing import written_anew

for name in written_anew(sys.argv[1:]):
    print(f"tests/journeys/{name}.txt is written anew: git diff it, and read it as the child.")
