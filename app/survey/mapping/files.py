"""Mappings as small YAML files that a surveyor can read and correct."""

from pathlib import Path

import yaml

from app.core.errors import InputError
from app.survey.mapping.propose import Proposal
from app.survey.mapping.rules import Mapping, wrong

_LARGEST = 1 << 20


class _PlainLoader(yaml.SafeLoader):
    """Scalars and lists alone: an alias could make a small file huge."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


# Codes such as 00123 and words such as no stay what is written.
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(path: Path) -> object:
    """What a YAML file says; texts stay texts.

    Raises
    ------
    InputError
        ``YAML_BROKEN``, ``FILE_TOO_LARGE``.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        raise InputError("FILE_TOO_LARGE", "the file is too large", found=f"{size} bytes", expected=f"at most {_LARGEST}",
                         next_step="split it")  # fmt: skip
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), _PlainLoader)  # noqa: S506 - a SafeLoader without aliases
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as fault:
        mark = getattr(fault, "problem_mark", None)
        found = f"line {mark.line + 1}: {fault.problem}" if mark else str(fault)[:150]
        raise InputError("YAML_BROKEN", "the YAML cannot be read", found=found, next_step="correct the line") from fault


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file.

    Raises
    ------
    InputError
        ``MAPPING_WRONG``, ``YAML_BROKEN``, ``FILE_TOO_LARGE``.
    """
    try:
        return Mapping.from_dict(load_yaml(path))
    except OSError as fault:
        raise wrong(f"{path.name}: {fault.strerror}", "a YAML file with a mapping") from fault


def mapping_yaml(mapping: Mapping) -> str:
    """The mapping as a file holds it."""
    return yaml.safe_dump(mapping.as_dict(), allow_unicode=True, sort_keys=False, width=200)


def proposed_yaml(name: str, proposals: list[Proposal]) -> str:
    """A file with the mappings proposed: each field with how it was found, and what is left to choose as remarks."""
    lines = [f"name: {yaml.safe_dump(name, allow_unicode=True).splitlines()[0]}", "sheets:"]
    for proposal in proposals:
        told = Mapping("", (proposal.mapping,)).as_dict()["sheets"][0]
        heads = [_line(key, told[key]) for key in ("sheet", "fingerprint", "layer", "crs") if key in told]
        lines += [f"  - {heads[0]}", *(f"    {head}" for head in heads[1:])]
        lines.append("    fields:")
        for field, rule in told.get("fields", {}).items():
            note = proposal.notes.get(field)
            lines.append(f"      {_line(field, rule)}" + (f"  # {note}" if note else ""))
        for field in proposal.open_fields:
            if field != "geometry":
                lines.append(f"      # {field}: {{column: }}  # {proposal.notes.get(field, 'choose a column or a constant')}")
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    options = {"allow_unicode": True, "sort_keys": False, "width": 100_000}
    if isinstance(value, dict):
        return f"{key}: {yaml.safe_dump(value, default_flow_style=True, **options).strip()}"
    return yaml.safe_dump({key: value}, **options).strip()
