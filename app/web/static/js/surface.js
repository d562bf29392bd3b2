/* The drawing surface that the browser can bear: MapLibre where there is WebGL, else Leaflet's own canvas. */
import { notify, settings, words } from "./dom.js";
import { GlSurface } from "./surface_gl.js";

export async function makeSurface() {
  const { layer, withGL, options } = window.netgrid;
  if (withGL) return new GlSurface(window.map_network, layer, settings);
  const { CanvasSurface } = await import("./surface_canvas.js");
  notify(words.no_webgl);
  return new CanvasSurface(window.map_network, layer, settings, options);
}
