"""How each layer of a survey becomes rows of the network, one file per noun."""
from app.survey.plans.inside import EQUIPMENT, RACK, ROOM, SITE
from app.survey.plans.outside import CABLE, SECTION, SEGMENT, STRUCTURE
from app.survey.plans.space import CUSTOMER_AREA, GRID

PLANS = {plan.layer: plan for plan in (GRID, CUSTOMER_AREA, STRUCTURE, SECTION, CABLE, SEGMENT, SITE, ROOM, RACK, EQUIPMENT)}

__all__ = ["PLANS"]
