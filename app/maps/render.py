"""The shell of the map, built by folium with every asset from our own server.

Only fixed words and checked layer data enter folium's templates, never text from the database: folium runs what it is given.
Here alone coordinates stand as (lat, lon), folium's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.elements import JSCSSMixin
from folium.map import Layer as FoliumLayer
from folium.plugins import Fullscreen
from folium.plugins.geoman import GeoMan
from folium.template import Template
from markupsafe import Markup

from app.core.errors import SystemFault

# What folium and its plugins name, and where the same file lies in the packages of the lock file.
LOCAL_ASSETS = (
    (re.compile(r"/leaflet@[\d.]+/dist/leaflet\.js\Z"), "leaflet/dist/leaflet.js"),
    (re.compile(r"/leaflet@[\d.]+/dist/leaflet\.css\Z"), "leaflet/dist/leaflet.css"),
    (re.compile(r"/leaflet\.fullscreen@[\d.]+/Control\.FullScreen(\.min)?\.js\Z"), "leaflet.fullscreen/Control.FullScreen.js"),
    (re.compile(r"/leaflet\.fullscreen@[\d.]+/Control\.FullScreen\.css\Z"), "leaflet.fullscreen/Control.FullScreen.css"),
    (re.compile(r"/leaflet-geoman-free@[\w.]+/dist/leaflet-geoman\.js\Z"), "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js"),
    (re.compile(r"/leaflet-geoman-free@[\w.]+/dist/leaflet-geoman\.css\Z"), "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css"),
    (re.compile(r"\Apackage:(?P<name>[@\w./-]+)\Z"), None),
)
# The page brings its own design system, and draws no awesome-markers: these links of folium are dropped by name.
DROPPED = {
    "jquery", "bootstrap", "awesome_markers", "bootstrap_css", "glyphicons_css",
    "awesome_markers_font_css", "awesome_markers_css", "awesome_rotate_css",
}  # fmt: skip


@dataclass(frozen=True)
class MapShell:
    """The parts of the map for the page's own layout; scripts carry the nonce of the page."""

    header: Markup
    body: Markup
    script: Markup


class LocalFigure(Figure):
    """A figure whose links all lead to our own server; an unknown link stops the page."""

    def render_shell(self, address_of: Callable[[str], str], nonce: str) -> MapShell:
        """The rendered parts.

        Raises
        ------
        SystemFault
            ``ASSET_NOT_LOCAL`` where something names an address that is not in the table.
        """
        for child in list(self._children.values()):
            child.render()
        for name, child in list(self.header._children.items()):
            if name in DROPPED:
                del self.header._children[name]
            elif isinstance(child, JavascriptLink | CssLink):
                child.url = address_of(find_local(child.url))
        self.header._children.pop("meta_http", None)
        header = stamp(self.header.render(), nonce)
        script = stamp(f"<script>{self.script.render()}</script>", nonce)
        # Rendered from our own words and checked layer data alone, so it is markup by right.
        return MapShell(Markup(header), Markup(self.html.render()), Markup(script))  # noqa: S704


def find_local(url: str) -> str:
    """The file in our packages for an address that folium names."""
    for pattern, target in LOCAL_ASSETS:
        match = pattern.search(url)
        if match:
            return target or match["name"]
    raise SystemFault("ASSET_NOT_LOCAL", "The map names a file that is not on this server.", subject=url)


def stamp(html: str, nonce: str) -> str:
    """The HTML with the page's nonce on each script."""
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)


class NetworkMap(folium.Map):
    """folium's map without its page-wide styles and with a fixed name, since it stands inside our layout."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name()|tojson }}></div>{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}
            });
            {{ this.get_name() }}.attributionControl.setPrefix(false);
            {% if this.control_scale %}L.control.scale({imperial: false, position: "bottomright"}).addTo({{ this.get_name() }});{% endif %}
            {% if this.zoom_control_position %}
            L.control.zoom({position: {{ this.zoom_control|tojson }}}).addTo({{ this.get_name() }});
            {% endif %}
        {% endmacro %}
        """
    )

    def __init__(self, **options):
        super().__init__(tiles=None, **options)
        self._name, self._id = "map", "network"


class NetworkLayer(JSCSSMixin, FoliumLayer):
    """All layers of gis_layers/ in one MapLibre canvas, or in Leaflet's own canvas where the browser has no WebGL."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = netgridLayer({{ this.options|tojson }});
        {% endmacro %}
        """
    )
    default_js = [
        ("maplibre", "package:maplibre-gl/dist/maplibre-gl.js"),
        ("maplibre_leaflet", "package:@maplibre/maplibre-gl-leaflet/leaflet-maplibre-gl.js"),
    ]
    default_css = [("maplibre_css", "package:maplibre-gl/dist/maplibre-gl.css")]

    def __init__(self, options: dict):
        super().__init__(name="network", overlay=True, control=False, show=True)
        self._name, self._id = "layer", "network"
        self.options = options


class AreaTool(GeoMan):
    """The tool with which people draw an area: corners by hand, or a rectangle; a line never crosses itself."""

    def __init__(self):
        super().__init__(
            position="topleft", draw_marker=False, draw_circle_marker=False, draw_polyline=False, draw_circle=False, draw_text=False,
            cut_polygon=False, rotate_mode=False, drag_mode=True, edit_mode=True, removal_mode=True,
        )  # fmt: skip
        self._name, self._id = "area", "tool"


class OwnScript(Element):
    """A link to a file of ours that must be there before folium's script runs."""

    def __init__(self, url: str):
        super().__init__(f'<script src="{url}"></script>')


def render_map(
    options: dict, view: dict, words: dict, own_scripts: list[str], address_of: Callable[[str], str], nonce: str, *, draws: bool = False
) -> MapShell:
    """The shell of the network map.

    Parameters
    ----------
    options
        For the layer: the style, the bands, the data version.
    view
        ``center`` as (lon, lat) in EPSG:4490, ``zoom``.
    words
        Titles of the buttons in the page's language; from our catalogue of translations.
    own_scripts
        Addresses of our files that folium's script needs.
    address_of
        Gives the address of a package's file.
    draws
        True where people can draw an area.
    """
    lon, lat = view["center"]
    chart = NetworkMap(
        location=[lat, lon], zoom_start=view["zoom"], control_scale=True, zoom_control="topright",
        minZoom=5, maxZoom=20, zoom_snap=0.25, wheel_px_per_zoom_level=90,
    )  # fmt: skip
    NetworkLayer(options).add_to(chart)
    Fullscreen(position="topright", title=words["fullscreen"], title_cancel=words["leave_fullscreen"]).add_to(chart)
    if draws:
        AreaTool().add_to(chart)
    figure = LocalFigure()
    figure.add_child(chart)
    for number, url in enumerate(own_scripts):
        figure.header.add_child(OwnScript(url), name=f"own_{number}")
    return figure.render_shell(address_of, nonce)
