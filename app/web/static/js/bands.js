/* Which band a value falls into, and the band's colour. The bands are data: gis_layers/bands/. */

/* Shares are compared in hundredths of a percent, as the tiles carry them, so that map and table never disagree. */
export function bandOfRatio(value, scale) {
  if (value === null || value === undefined) return null;
  const hundredths = Math.floor(value * 10000 + 1e-6);
  return scale.bands.find((band) => band.to === undefined || hundredths < Math.round(band.to * 10000) || (band.to_included && hundredths === Math.round(band.to * 10000)));
}

/* Bands of equal numbers of grids for counts; a count of nothing has no band. */
export function countScale(values, colours) {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const cuts = colours.slice(1).map((_, index) => sorted[Math.floor(((index + 1) * sorted.length) / colours.length)]);
  const edges = [sorted[0], ...new Set(cuts.filter((cut) => cut > sorted[0]))];
  const shade = (index) => colours[edges.length > 1 ? Math.round((index * (colours.length - 1)) / (edges.length - 1)) : colours.length >> 1];
  return edges.map((from, index) => ({ id: `q${index}`, colour: shade(index), from, to: edges[index + 1], upTo: edges[index + 1] ?? sorted.at(-1) }));
}

export function bandOfCount(value, bands) {
  if (!value) return null;
  return bands.find((band) => band.to === undefined || value < band.to) ?? null;
}

/* The scale for a measure over some rows: its bands, what has no band, and a function from row to band. */
export function buildScale(measure, unit, rows, allBands) {
  if (unit === "ratio") {
    const scale = allBands.occupancy;
    return { unit, bands: scale.bands, none: scale.none, bandOf: (row) => bandOfRatio(row[measure], scale) };
  }
  const scale = allBands.count;
  const bands = countScale(rows.map((row) => row[measure]), scale.quantiles);
  return { unit, bands, none: scale.none, bandOf: (row) => bandOfCount(row[measure], bands) };
}
