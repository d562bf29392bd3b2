"""Words of the answers that no dictionary has: ``words.csv``."""
from pathlib import Path

from app.engineering.phrases import Phrases

say = Phrases("words.csv", Path(__file__).parent).say
