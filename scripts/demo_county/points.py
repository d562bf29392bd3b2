"""Buildings as a zipped shapefile with Chinese column names, and waiting requests as GeoJSON in the offset datum of web maps."""
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from app.survey.datum import wgs84_to_gcj02
from scripts.demo_county.columns import columns, worded

ENCODING = "GBK"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
DAY = (2026, 1, 1, 0, 0, 0)
DEGREE_DIGITS = 7
CHUNK = 1 << 20


class Buildings:
    """``buildings.zip``: the shapefile is written part by part beside it and packed at the end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "buildings.zip"
        self.path.unlink(missing_ok=True)
        self._work = Path(tempfile.mkdtemp(prefix="buildings-"))
        self.count = 0

    def add(self, spots: list[tuple[float, float]], rows: list[tuple]) -> tuple[str, int]:
        """Append buildings at ``spots`` (lon, lat); the file and the number of the last one."""
        if rows:
            values = list(zip(*worded("building", rows), strict=True))
            fields = [*columns("building").values()]
            data = [np.array(column, dtype=np.int32 if all(isinstance(cell, int) for cell in column) else object) for column in values]
            pyogrio.raw.write(
                self._work / "buildings.shp", shapely.to_wkb(shapely.points(np.array(spots))), data, fields, driver="ESRI Shapefile",
                geometry_type="Point", crs="EPSG:4490", encoding=ENCODING, append=self.count > 0,
                layer_options={"DBF_DATE_LAST_UPDATE": "2026-01-01"},
            )
            self.count += len(rows)
        return self.path.name, self.count

    def close(self) -> None:
        """Pack the parts, all of one day so that the same seed gives the same bytes."""
        (self._work / "buildings.cpg").write_text(ENCODING, encoding="ascii")
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as packed:
            for suffix in PARTS:
                part = self._work / f"buildings{suffix}"
                if part.exists():
                    with part.open("rb") as source, packed.open(self._member(part.name), "w") as target:
                        if suffix == ".dbf":
                            # The driver writes the day on which it ran.
                            target.write(source.read(4)[:1] + bytes((DAY[0] - 1900, DAY[1], DAY[2])))
                        shutil.copyfileobj(source, target, CHUNK)
        shutil.rmtree(self._work)

    @staticmethod
    def _member(name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, DAY)
        member.compress_type = zipfile.ZIP_DEFLATED
        return member


class Requests:
    """``unmet_requests.geojson``, with a member ``crs`` that names the datum."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "unmet_requests.geojson"
        self._file = self.path.open("w", encoding="utf-8")
        self._file.write('{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "GCJ-02"}}, "features": [')
        self.count = 0

    def add(self, spots: list[tuple[float, float]], rows: list[tuple]) -> tuple[str, int]:
        """Append requests at ``spots`` (lon, lat, moved here); the file and the number of the last one."""
        headers = [*columns("unmet_request").values()]
        moved = wgs84_to_gcj02(np.array(spots).reshape(-1, 2)).round(DEGREE_DIGITS).tolist()
        for place, row in zip(moved, worded("unmet_request", rows), strict=True):
            facts = {header: value for header, value in zip(headers, row, strict=True) if value != ""}
            feature = {"type": "Feature", "properties": facts, "geometry": {"type": "Point", "coordinates": place}}
            self._file.write(("\n" if not self.count else ",\n") + json.dumps(feature, ensure_ascii=False))
            self.count += 1
        return self.path.name, self.count

    def close(self) -> None:
        """Finish the text."""
        self._file.write("\n]}\n")
        self._file.close()
