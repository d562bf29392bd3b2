"""Pictures: the layers of gis_layers/, their vector tiles, the map's style and its folium shell."""
