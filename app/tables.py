"""The roof for tables: importing this module makes every model known to the metadata."""
from app.access import models as access_models
from app.core import answers, journal, sealing
from app.core.database import Base
from app.network import models as network_models
from app.operations import models as operations_models
from app.planning import models as planning_models
from app.reports.runs import models as runs_models
from app.services import models as services_models
from app.survey import models as survey_models

__all__ = [
    "access_models", "answers", "journal", "metadata", "network_models", "operations_models", "planning_models", "runs_models", "sealing",
    "services_models", "survey_models",
]

metadata = Base.metadata
