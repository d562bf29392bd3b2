"""How each layer of a survey becomes rows of the network, one file per noun."""
from app.survey.plans.circuits import CIRCUIT, RING, SERVICE
from app.survey.plans.customers import ADDRESS, BUILDING, CUSTOMER, UNMET_REQUEST
from app.survey.plans.inside import EQUIPMENT, RACK, ROOM, SITE
from app.survey.plans.outside import CABLE, SECTION, SEGMENT, STRUCTURE
from app.survey.plans.space import CUSTOMER_AREA, GRID, ROAD
from app.survey.plans.switching import NUMBER_BLOCK, SWITCH_OFFICE, TRUNK_GROUP

PLANS = {
    plan.layer: plan
    for plan in (
        GRID, CUSTOMER_AREA, ROAD, STRUCTURE, SECTION, CABLE, SEGMENT, SITE, ROOM, RACK, EQUIPMENT, SWITCH_OFFICE, TRUNK_GROUP,
        NUMBER_BLOCK, CUSTOMER, BUILDING, ADDRESS, UNMET_REQUEST, CIRCUIT, RING, SERVICE,
    )
}

__all__ = ["PLANS"]
