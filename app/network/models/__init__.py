"""Tables of the plant, one file per noun."""
from app.network.models.blocks import MemberBlock
from app.network.models.broadband import IpPrefix, Vlan
from app.network.models.cables import Cable, CableRun, CableSegment, Conductor, SegmentLine
from app.network.models.catalogue import EquipmentModel, ModelPort, ModelSlot
from app.network.models.grids import CustomerArea, Grid, GridMaintenanceUnit, GridShare, MaintenanceUnit
from app.network.models.index import CodeIndex
from app.network.models.inside import Card, Equipment, Port, Rack, RackUnit, Room, Site
from app.network.models.joints import Joint, JointEnd
from app.network.models.observations import PortObservation
from app.network.models.outside import Duct, Section, Structure
from app.network.models.power import PowerFeed, PowerRating, PowerReading
from app.network.models.projects import Project
from app.network.models.roads import Road
from app.network.models.switching import SwitchOffice, TrunkGroup
from app.network.models.tallies import GridTally, GridTallyDay, Tally

__all__ = [
    "Cable", "CableRun", "CableSegment", "Card", "CodeIndex", "Conductor", "CustomerArea", "Duct", "Equipment", "EquipmentModel",
    "Grid", "GridMaintenanceUnit", "GridShare", "GridTally", "GridTallyDay", "IpPrefix", "Joint", "JointEnd", "MaintenanceUnit",
    "MemberBlock", "ModelPort", "ModelSlot", "Port", "PortObservation", "PowerFeed", "PowerRating", "PowerReading", "Project",
    "Rack", "RackUnit", "Road", "Room", "Section", "SegmentLine", "Site", "Structure", "SwitchOffice", "Tally", "TrunkGroup", "Vlan",
]
