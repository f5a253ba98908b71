"""From a message as it came to the words that count: the text side of the model, in one place.

`from_html` and `own_words` find what the customer wrote, `kept` and `sentences` what is read of
it, `is_automatic` recognises machines. Spans are offsets into the text that was given.
"""

from models.automatic import is_automatic
from models.markup import from_html, without_lone_surrogates
from models.quoting import own_words
from models.segments import MAX_CHARACTERS, kept, sentences

__all__ = [
    "MAX_CHARACTERS",
    "from_html",
    "is_automatic",
    "kept",
    "own_words",
    "sentences",
    "without_lone_surrogates",
]
