"""A copy as JSON, for a case system or a program. A person reads the page instead.

    {"format": "foreword summary 1",
     "hash": "…",
     "copy": {"kind": "officer", "reference": "NW-0412", "review_on": "2026-12-14", "age_on_review": 9,
              "officer": "Sam", "language": "en_GB", "needs_interpreter": false, "helpers": ["carer"],
              "sent": [{"id": "b7…", "kind": "replacement", "at": "2026-12-03", "set": "ages_8_11", "version": 1,
                        "language": "en_GB"}],
              "most_wanted": [],
              "sections": [{"theme": "home", "heading": "Where I live", "heading_english": "Where I live",
                            "answers": [{"question": "home_best", "asked": "What is the best thing?",
                                         "asked_english": "What is the best thing?", "choice_text": "",
                                         "choice_english": "", "picture": "", "words": "The dog.",
                                         "language": "en_GB", "sharing": "officer", "typed_by": "carer",
                                         "own_words": true, "beside": "carer", "sent_at": "2026-12-03",
                                         "addition": false, "set": "ages_8_11", "version": 1,
                                         "draft": false, "helper_name": "", "through": "",
                                         "let_read": "", "keyed": "", "keyed_on": "", "without_pin": false,
                                         "partly": false}]}],
              "review": null},
     "participation": [{"way": "speaks", "codes": ["PN1"], "reason": "If …", "evidence": [], "expected": false}]}

`hash` is SHA-256 over the value of `copy`, written as JSON in ASCII with sorted keys and no spaces; anyone can check
it. `review` is a section like the others, or null. `participation` stands in the officer's copy alone. `draft` marks
what was asked in a translation that nobody had checked. `through` is "interpreter" or "someone_translating" where they
wrote, in this language, what the child said. `let_read` names the advocate who may read the answer too; it is empty in
the meeting and the file copy.
`keyed` is "paper" or "spoken" where a member of staff keyed it in. `without_pin` marks what was said in a visit that
had not given the child's PIN.
The child's words are exact; what could steer a terminal is written as an escape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from consultations.participation import Branch
from consultations.summary import Copy, CopyKind

FORMAT = "foreword summary 1"

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def document(copy: Copy, branches: Sequence[Branch] = ()) -> bytes:
    """The copy in UTF-8, its shape as above. The same copy and branches give the same bytes."""
    whole: dict[str, object] = {"format": FORMAT, "hash": copy.hash, "copy": copy.content}
    if copy.kind is CopyKind.OFFICER:
        whole["participation"] = [
            {
                "way": each.way.value,
                "codes": [code.value for code in each.codes],
                "reason": each.reason,
                "evidence": list(each.evidence),
                "expected": each.expected,
            }
            for each in branches
        ]
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
