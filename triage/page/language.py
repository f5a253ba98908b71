"""In which language the page speaks: English, as it stands where it is used.

`messages.pot` beside this file lists every word for translators (`make words`).
"""

from __future__ import annotations

from gettext import NullTranslations

TRANSLATIONS = NullTranslations()
_ = TRANSLATIONS.gettext
