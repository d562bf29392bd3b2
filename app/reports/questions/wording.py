"""Titles, sentences and words of the questions: ``words.csv``."""

from pathlib import Path

from app.engineering.phrases import Phrases

_PHRASES = Phrases("words.csv", Path(__file__).parent)
say, say_of = _PHRASES.say, _PHRASES.say_of
