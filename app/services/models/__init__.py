"""Tables of use, one file per noun."""
from app.services.models.circuits import Circuit, CircuitCarrier, Ring, RingMember
from app.services.models.customers import Address, Building, Customer, Serving, UnmetRequest
from app.services.models.numbers import Number, NumberBlock
from app.services.models.reservations import Reservation
from app.services.models.services import Service, ServiceResource
from app.services.models.visits import Visit

__all__ = [
    "Address", "Building", "Circuit", "CircuitCarrier", "Customer", "Number", "NumberBlock", "Reservation", "Ring", "RingMember",
    "Service", "ServiceResource", "Serving", "UnmetRequest", "Visit",
]
