"""XML of surveys, element by element; a document type is refused before anything in it is believed."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.survey.findings import ERROR, Finding
from app.survey.readers.source import SourceFault

# Deeper nesting than any survey's; a reader that keeps a stack is bounded by it.
_DEEPEST = 200


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def read_elements(path: Path, root: str) -> Iterator[tuple[str, Element]]:
    """``start`` and ``end`` of each element, in the order of the file.

    Raises
    ------
    SourceFault
        ``FILE_KIND`` where the outermost element is another, ``FILE_UNSAFE`` for a document type, ``FILE_TRUNCATED`` for damage.
    """
    depth = 0
    try:
        for event, element in iterparse(str(path), ("start", "end"), forbid_dtd=True):
            if not depth and local_name(element) != root:
                raise SourceFault(_fault("FILE_KIND", f"XML of <{local_name(element)[:40]}>", f"<{root}>", "save the survey again"))
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise SourceFault(_fault("FILE_UNSAFE", f"elements nested deeper than {_DEEPEST}", None, "save the survey again"))
            yield event, element
    except DefusedXmlException as fault:
        raise SourceFault(_fault("FILE_UNSAFE", "a document type or entities", "plain XML", "save the survey without them")) from fault
    except (ParseError, ValueError, LookupError) as fault:
        found = f"the XML is damaged or cut off: {fault}"[:200]
        raise SourceFault(_fault("FILE_TRUNCATED", found, None, "deliver the whole file again")) from fault


def _fault(rule: str, found: str, expected: str | None, next_step: str) -> Finding:
    return Finding(rule, ERROR, found=found, expected=expected, next_step=next_step)
