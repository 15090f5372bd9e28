"""The languages Foreword speaks, and words in one of them.

`table` holds what every language is (field facts §8); `words` says sentences, days and numbers in one. `catalogues`
reads and writes what translators wrote, `faults` says what is wrong with it, and `loading` makes words of it, once, at
start. `python -m consultations.languages`, behind `make words`, keeps the catalogues beside the English.
"""

from consultations.languages.catalogues import BrokenCatalogue
from consultations.languages.loading import load_words
from consultations.languages.table import LANGUAGES, SOURCE, Language
from consultations.languages.words import ISOLATE, LONDON, POP, Words

__all__ = ["ISOLATE", "LANGUAGES", "LONDON", "POP", "SOURCE", "BrokenCatalogue", "Language", "Words", "load_words"]
