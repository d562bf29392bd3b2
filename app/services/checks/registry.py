"""The book of the checks of what is used; ``app.network.checks.registry`` runs it with the plant's."""
from pathlib import Path

from app.network.checks.registry import CheckBook
from app.services.queries.tallies import USE

USE_CHECKS = CheckBook(Path(__file__).parent, USE)
