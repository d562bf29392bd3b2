/* Called by the script that folium writes: makes the one layer that shows the network, and draws its signs. */
"use strict";

function netgridHasWebGL() {
  if (new URLSearchParams(location.search).has("canvas")) return false;
  try {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  } catch {
    return false;
  }
}

/* Tile addresses are relative in the style; workers need whole ones. The version lets browsers keep tiles for good. */
function netgridTileAddress(path, options) {
  return `${location.origin}${path}?v=${options.version}&region=${options.region}`;
}

function netgridLayer(options) {
  for (const source of Object.values(options.style.sources)) {
    source.tiles = source.tiles.map((path) => netgridTileAddress(path, options));
  }
  const withGL = netgridHasWebGL();
  const layer = withGL
    ? L.maplibreGL({ style: options.style, interactive: false, padding: 0.15, fadeDuration: 0 })
    : L.layerGroup([]);
  window.netgrid = { layer, options, withGL };
  if (withGL) {
    layer.on("add", () => {
      const map = layer.getMaplibreMap();
      map.on("styleimagemissing", (event) => netgridAddSign(map, event.id));
    });
  }
  return layer;
}

/* Signs are drawn at twice their size for sharp screens; 24 px is their own size. */
function netgridAddSign(map, id) {
  const [shape, colour] = id.split("|");
  if (map.hasImage(id) || !colour) return;
  const canvas = netgridSign(shape, netgridToHex(colour), 48);
  map.addImage(id, canvas.getContext("2d").getImageData(0, 0, 48, 48), { pixelRatio: 2 });
}

/* A colour that has passed through an expression arrives as rgba(...). */
function netgridToHex(colour) {
  return /^(#[0-9a-f]{6}|rgba?\([\d., ]+\))$/.test(colour) ? colour : "#52667a";
}

function netgridSign(shape, colour, side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.scale(side / 24, side / 24);
  pen.lineJoin = "round";
  pen.fillStyle = colour;
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 2;
  const draw = netgridShapes[shape] || netgridShapes.dot;
  draw(pen, colour);
  return canvas;
}

const netgridShapes = {
  dot(pen) { netgridRound(pen, 12, 12, 8); pen.stroke(); pen.fill(); },
  ring(pen, colour) {
    netgridRound(pen, 12, 12, 9); pen.fillStyle = "#ffffff"; pen.fill();
    pen.strokeStyle = colour; pen.lineWidth = 3.5; pen.stroke();
    netgridRound(pen, 12, 12, 3); pen.fillStyle = colour; pen.fill();
  },
  square(pen, colour) {
    pen.fillStyle = "#ffffff"; pen.fillRect(4, 4, 16, 16);
    pen.strokeStyle = colour; pen.lineWidth = 3.5; pen.strokeRect(4.5, 4.5, 15, 15);
  },
  box(pen) { netgridPlate(pen, 4, 6, 16, 12, 2); pen.stroke(); pen.fill(); },
  triangle(pen) { netgridWay(pen, [[12, 3], [21, 20], [3, 20]]); pen.stroke(); pen.fill(); },
  diamond(pen) { netgridWay(pen, [[12, 2], [22, 12], [12, 22], [2, 12]]); pen.stroke(); pen.fill(); },
  capsule(pen) { netgridPlate(pen, 2, 7, 20, 10, 5); pen.stroke(); pen.fill(); },
  bolt(pen) { netgridWay(pen, [[14, 1], [4, 14], [10.5, 14], [8.5, 23], [20, 9], [12.8, 9]]); pen.stroke(); pen.fill(); },
  person(pen) {
    pen.beginPath(); pen.arc(12, 7.5, 5, 0, 7); pen.moveTo(2.5, 22); pen.arc(12, 22, 9.5, Math.PI, 0); pen.closePath(); pen.stroke(); pen.fill();
  },
  house(pen) { netgridWay(pen, [[12, 2], [22, 11], [19.5, 11], [19.5, 21], [4.5, 21], [4.5, 11], [2, 11]]); pen.stroke(); pen.fill(); },
  phone(pen) {
    netgridRound(pen, 12, 12, 10.5); pen.stroke(); pen.fill();
    pen.strokeStyle = "#ffffff"; pen.lineWidth = 2.6; pen.lineCap = "round";
    pen.beginPath(); pen.arc(12, 14, 6, Math.PI * 1.1, Math.PI * 1.9); pen.stroke();
    pen.beginPath(); pen.moveTo(6.3, 13); pen.lineTo(6.3, 14.4); pen.moveTo(17.7, 13); pen.lineTo(17.7, 14.4); pen.stroke();
  },
  cross(pen, colour) {
    pen.strokeStyle = "#ffffff"; pen.lineWidth = 6; netgridCross(pen);
    pen.strokeStyle = colour; pen.lineWidth = 3; netgridCross(pen);
  },
  cabinet(pen) {
    netgridPlate(pen, 2, 2, 20, 20, 4); pen.stroke(); pen.fill();
    pen.strokeStyle = "#ffffff"; pen.lineWidth = 1.8; pen.beginPath();
    for (const y of [8, 12, 16]) { pen.moveTo(6.5, y); pen.lineTo(17.5, y); }
    pen.stroke();
  },
  cabinet_round(pen) {
    netgridRound(pen, 12, 12, 10); pen.stroke(); pen.fill();
    pen.strokeStyle = "#ffffff"; pen.lineWidth = 1.8; pen.beginPath();
    for (const y of [9, 12, 15]) { pen.moveTo(7.5, y); pen.lineTo(16.5, y); }
    pen.stroke();
  },
  office(pen) {
    netgridPlate(pen, 2, 2, 20, 20, 5); pen.stroke(); pen.fill();
    pen.fillStyle = "#ffffff";
    for (const x of [6.5, 10.75, 15]) for (const y of [6.5, 10.75]) pen.fillRect(x, y, 2.5, 2.5);
    pen.fillRect(10.25, 15.5, 3.5, 4);
  },
};

function netgridRound(pen, x, y, radius) { pen.beginPath(); pen.arc(x, y, radius, 0, 7); }
function netgridPlate(pen, x, y, width, height, radius) { pen.beginPath(); pen.roundRect(x, y, width, height, radius); }
function netgridWay(pen, points) { pen.beginPath(); points.forEach(([x, y]) => pen.lineTo(x, y)); pen.closePath(); }
function netgridCross(pen) { pen.beginPath(); pen.moveTo(4, 12); pen.lineTo(20, 12); pen.moveTo(12, 4); pen.lineTo(12, 20); pen.stroke(); }
