/**
 * Draws an explorer: curves sampled in Python, a point to drag along them, and a population of inputs pushed through.
 *
 * Everything that is drawn is in the widget's first state, so that nothing here ever talks to a kernel: the same module
 * serves a running notebook, a stored one and a static page. The mathematics of the curves stays in Python; this file
 * only interpolates and integrates the table.
 *
 * @typedef {{en: string, fa: string}} Text
 * @typedef {"en" | "fa" | "both"} Language
 * @typedef {{label: Text, symbol: string, minimum: number, maximum: number, step: number, value: number,
 *   grid: number[]}} Slider   `grid` holds the values that the table was sampled at (empty: not a parameter of the table)
 * @typedef {{label: Text, symbol: string, minimum: number, maximum: number, height: number}} Panel
 * @typedef {{label: Text, colour: string, panel: number, label_at: number | null, main: boolean}} Curve
 * @typedef {{value: number, slope: number, flat: number, bin: number, mean: Slider, deviation: Slider}} Population
 *   `value` and `slope` are curves; the function is flat where the slope is below the share `flat` of the largest one
 * @typedef {{title: Text, description: Text, words: Record<string, Text>, x: Slider, breaks: number[], panels: Panel[],
 *   curves: Curve[], value: number, slope: number, parameters: Slider[], population: Population | null}} Spec
 * @typedef {{nodes: Float64Array, segments: [number, number][]}} Grid   pieces on which the curves are smooth
 */

// Mathematics -------------------------------------------------------------------------------------------------------

/**
 * Weights of the cubic through the four nodes around `t` (fewer near short ends); exactly one weight at a node.
 * @param {ArrayLike<number>} nodes ascending
 * @param {number} t
 * @param {number} [from] first node to use
 * @param {number} [to] one past the last node to use
 * @returns {[number, number][]} pairs of node index and weight
 */
export function lagrange(nodes, t, from = 0, to = nodes.length) {
  let low = from;
  let high = to - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (nodes[middle] <= t) low = middle;
    else high = middle;
  }
  for (const k of [low, high]) if (nodes[k] === t) return [[k, 1]];
  const start = Math.max(from, Math.min(low - 1, to - 4));
  const stop = Math.min(to, start + 4);
  /** @type {[number, number][]} */
  const weights = [];
  for (let k = start; k < stop; k++) {
    let weight = 1;
    for (let j = start; j < stop; j++) if (j !== k) weight *= (t - nodes[j]) / (nodes[k] - nodes[j]);
    weights.push([k, weight]);
  }
  return weights;
}

/**
 * The curves at one setting of the parameters, interpolated in the table over the grid of all settings.
 * @param {Float32Array} table one block of curves per point of the grid, the last parameter varying fastest
 * @param {number[][]} grids the sampled values of each parameter
 * @param {number[]} settings
 * @returns {Float64Array} one block
 */
export function blend(table, grids, settings) {
  let size = table.length;
  let blocks = [[0, 1]];
  grids.forEach((grid, i) => {
    size /= grid.length;
    const weights = lagrange(grid, settings[i]);
    blocks = blocks.flatMap(([offset, outer]) => weights.map(([k, inner]) => [offset + k * size, outer * inner]));
  });
  const block = new Float64Array(size);
  for (const [offset, weight] of blocks) for (let i = 0; i < size; i++) block[i] += weight * table[offset + i];
  return block;
}

/**
 * Cut ascending nodes into pieces: a node that occurs three times is a break, seen from the left, at, and from the right.
 * @param {ArrayLike<number>} nodes
 * @returns {[number, number][]} half-open index ranges
 */
export function segmentsOf(nodes) {
  /** @type {[number, number][]} */
  const segments = [];
  let start = 0;
  for (let i = 1; i <= nodes.length; i++) {
    if (i === nodes.length || nodes[i] === nodes[i - 1]) {
      segments.push([start, i]);
      start = i;
    }
  }
  return segments;
}

/**
 * Value of a sampled curve at `x`, never interpolated across a break.
 * @param {Grid} grid
 * @param {ArrayLike<number>} curve
 * @param {number} x
 */
export function valueAt({ nodes, segments }, curve, x) {
  const within = segments.filter(([from, to]) => nodes[from] <= x && x <= nodes[to - 1]);
  const [from, to] = within.find(([start, stop]) => stop - start === 1) ?? within[0];
  return lagrange(nodes, x, from, to).reduce((sum, [k, weight]) => sum + weight * curve[k], 0);
}

/**
 * Distribution function of the standard normal (Abramowitz & Stegun 1964, 7.1.26: within 1e-7).
 * @param {number} z
 */
export function normalCdf(z) {
  const u = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * u);
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * series * Math.exp(-u * u);
  return z < 0 ? tail : 1 - tail;
}

/** @param {number} z */
const normalPdf = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/**
 * Intervals on which |slope| < `flat`, the slope taken as linear between nodes.
 * @param {Grid} grid
 * @param {ArrayLike<number>} slope
 * @param {number} flat
 * @returns {[number, number][]}
 */
export function flatIntervals({ nodes, segments }, slope, flat) {
  /** @type {[number, number][]} */
  const intervals = [];
  for (const [from, to] of segments) {
    for (let i = from; i < to - 1; i++) {
      const rise = slope[i + 1] - slope[i];
      let enter = 0;
      let leave = 1;
      if (rise === 0) {
        if (Math.abs(slope[i]) >= flat) continue;
      } else {
        const [first, second] = [(-flat - slope[i]) / rise, (flat - slope[i]) / rise];
        enter = Math.max(0, Math.min(first, second));
        leave = Math.min(1, Math.max(first, second));
        if (enter >= leave) continue;
      }
      const width = nodes[i + 1] - nodes[i];
      const [start, stop] = [nodes[i] + enter * width, nodes[i] + leave * width];
      const last = intervals[intervals.length - 1];
      if (last && start - last[1] < 1e-9) last[1] = stop;
      else intervals.push([start, stop]);
    }
  }
  return intervals;
}

/**
 * The largest |slope| between two x; where all is level, infinity: everything there is flat.
 * @param {Grid} grid
 * @param {ArrayLike<number>} slope
 * @param {number} minimum
 * @param {number} maximum
 */
export function steepest({ nodes }, slope, minimum, maximum) {
  let most = 0;
  for (let i = 0; i < nodes.length; i++) {
    if (minimum <= nodes[i] && nodes[i] <= maximum) most = Math.max(most, Math.abs(slope[i]));
  }
  return most || Infinity;
}

/**
 * Share of normal inputs that fall into intervals; an interval at an end of the table goes on for ever.
 * @param {Grid} grid
 * @param {[number, number][]} intervals
 * @param {number} mean
 * @param {number} deviation
 */
export function flatShare({ nodes }, intervals, mean, deviation) {
  return intervals.reduce((sum, [from, to]) => {
    const low = from <= nodes[0] ? 0 : normalCdf((from - mean) / deviation);
    const high = to >= nodes[nodes.length - 1] ? 1 : normalCdf((to - mean) / deviation);
    return sum + high - low;
  }, 0);
}

/**
 * Push normal inputs through a curve. The curve counts as linear between nodes, for which every moment has a closed
 * form; so the result is exact for piecewise linear functions. A cell whose slope is exactly zero sends all its inputs
 * to one value: an atom of the output, kept apart from its density.
 * @param {Grid} grid
 * @param {ArrayLike<number>} value
 * @param {ArrayLike<number>} slope
 * @param {number} mean of the inputs
 * @param {number} deviation of the inputs
 * @param {{minimum: number, maximum: number, bin: number}} axis where to count the outputs
 */
export function pushForward({ nodes, segments }, value, slope, mean, deviation, { minimum, maximum, bin }) {
  const density = new Float64Array(Math.round((maximum - minimum) / bin));
  /** @type {Map<number, number>} */
  const atoms = new Map();
  let first = 0;
  let second = 0;
  for (const [from, to] of segments) {
    let z = (nodes[from] - mean) / deviation;
    let cdf = from === 0 ? 0 : normalCdf(z);
    let pdf = normalPdf(z);
    for (let i = from; i < to - 1; i++) {
      const zNext = (nodes[i + 1] - mean) / deviation;
      const cdfNext = i + 2 === nodes.length ? 1 : normalCdf(zNext);
      const pdfNext = normalPdf(zNext);
      // Moments of the standard normal over the cell, and the curve there as a + b·z.
      const mass = Math.max(0, cdfNext - cdf);
      const mass1 = pdf - pdfNext;
      const mass2 = mass + z * pdf - zNext * pdfNext;
      const b = (value[i + 1] - value[i]) / (zNext - z);
      const a = value[i] - b * z;
      first += a * mass + b * mass1;
      second += a * a * mass + 2 * a * b * mass1 + b * b * mass2;
      if (slope[i] === 0 && slope[i + 1] === 0) atoms.set(value[i], (atoms.get(value[i]) ?? 0) + mass);
      else spread(density, mass, (value[i] - minimum) / bin, (value[i + 1] - minimum) / bin);
      [z, cdf, pdf] = [zNext, cdfNext, pdfNext];
    }
  }
  for (let k = 0; k < density.length; k++) density[k] /= bin;
  return { mean: first, variance: Math.max(0, second - first * first), density, atoms };
}

/**
 * Add `mass` evenly between two positions, counted in bins; what lies outside the bins is dropped.
 * @param {Float64Array} bins
 * @param {number} mass
 * @param {number} one
 * @param {number} other
 */
function spread(bins, mass, one, other) {
  const low = Math.min(one, other);
  const high = Math.max(one, other, low + 1e-9);
  const stop = Math.min(bins.length, Math.ceil(high));
  for (let k = Math.max(0, Math.floor(low)); k < stop; k++) {
    bins[k] += (mass * (Math.min(high, k + 1) - Math.max(low, k))) / (high - low);
  }
}

/**
 * Round tick positions, at least `gap` pixels apart.
 * @param {number} minimum
 * @param {number} maximum
 * @param {number} pixels
 * @param {number} gap
 */
export function ticks(minimum, maximum, pixels, gap) {
  const rough = ((maximum - minimum) * gap) / pixels;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  const step = factor * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const positions = [];
  for (let k = Math.ceil(minimum / step - 1e-9); k * step <= maximum + 1e-9; k++) positions.push(k * step);
  return { positions, decimals };
}

// Words and numbers -------------------------------------------------------------------------------------------------

/**
 * A number as the reader's language writes it, with a fixed number of decimals.
 * @param {number} number
 * @param {number} decimals
 * @param {Language} language
 */
export function format(number, decimals, language) {
  let digits = number.toFixed(decimals);
  if (Number(digits) === 0) digits = digits.replace("-", "");
  digits = digits.replace("-", "−");
  if (language !== "fa") return digits;
  return digits.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[Number(digit)]).replace(".", "٫");
}

/**
 * A share as a percentage; what is neither nothing nor everything never reads as 0% or 100%.
 * @param {number} share
 * @param {Language} language
 */
export function percent(share, language) {
  const sign = language === "fa" ? "٪" : "%";
  if (share > 1e-9 && share < 0.001) return `<${format(0.1, 1, language)}${sign}`;
  if (share < 1 - 1e-9 && share > 0.999) return `>${format(99.9, 1, language)}${sign}`;
  return format(100 * share, 1, language) + sign;
}

/**
 * A text in one string. Each language is isolated, so that neither reorders the other.
 * @param {Text} text
 * @param {Language} language
 */
export function say(text, language) {
  const persian = `\u2067${text.fa}\u2069`;
  if (language === "fa") return persian;
  return language === "en" || text.en === text.fa ? text.en : `\u2066${text.en}\u2069 · ${persian}`;
}

/**
 * What the course's switch says. Without a switch a Persian page is believed; an English one is not, because Jupyter
 * calls every page English.
 * @returns {Language}
 */
function pageLanguage() {
  const chosen = document.body.dataset.courseLanguage;
  if (chosen === "en" || chosen === "fa" || chosen === "both") return chosen;
  return document.documentElement.lang.startsWith("fa") ? "fa" : "both";
}

// Elements ----------------------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Both languages of a label; the style sheet shows what the page's language asks for.
 * @param {Text} text
 */
function label(text) {
  if (text.en === text.fa) return html("span", { dir: "ltr" }, text.en);
  return html(
    "span",
    { class: "pair" },
    html("span", { lang: "en", dir: "ltr" }, text.en),
    html("span", { class: "between", "aria-hidden": "true" }, "\u00a0· "),
    html("span", { lang: "fa", dir: "rtl" }, text.fa),
  );
}

/**
 * A number that is read off at the point.
 * @param {string} name
 * @param {string} term
 */
function readout(name, term) {
  const value = html("span", { class: `number ${name}` });
  return { value, row: html("span", { class: "readout", dir: "ltr" }, html("var", {}, term), " = ", value) };
}

/**
 * Mean and variance before and after, and the share in the flat region.
 * @param {Record<string, Text>} words
 */
function momentsTable(words) {
  /** @type {Record<string, HTMLElement>} */
  const cells = {};
  /** @param {string} name @param {string} [kind] */
  const cell = (name, kind = "") => {
    cells[name] = html("span", { class: `number ${name}`, dir: "ltr" });
    return html("td", { class: kind }, cells[name]);
  };
  /** @param {Text} text */
  const column = (text) => html("th", { scope: "col" }, label(text));
  /** @param {Text} text @param {string} [kind] */
  const name = (text, kind = "") => html("th", { scope: "row", class: kind }, label(text));
  const table = html(
    "table",
    { class: "moments" },
    html("thead", {}, html("tr", {}, html("td"), column(words.inputs), column(words.outputs))),
    html(
      "tbody",
      {},
      html("tr", {}, name(words.mean), cell("inputMean"), cell("outputMean", "after")),
      html("tr", {}, name(words.variance), cell("inputVariance"), cell("outputVariance", "after")),
      html("tr", {}, name(words.flat_share, "long"), cell("flat"), html("td")),
    ),
  );
  return { table, cells };
}

/**
 * A labelled slider, and how to show its value.
 * @param {Slider} slider
 * @param {string} kind
 * @param {(value: number) => void} set
 */
function makeSlider({ label: name, symbol, minimum: min, maximum: max, step, value: start }, kind, set) {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  /** @type {HTMLInputElement} */
  const input = html("input", { type: "range", min, max, step, value: start });
  const number = html("span", { class: "number", dir: "ltr" });
  input.addEventListener("input", () => set(input.valueAsNumber));
  /** @param {number} value @param {Language} language */
  const show = (value, language) => {
    const text = format(value, decimals, language);
    if (input.valueAsNumber !== value) input.value = String(value);
    if (number.textContent === text) return;
    number.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const title = html("span", {}, label(name), ...(symbol ? [" ", html("var", { dir: "ltr" }, symbol)] : []));
  return { name, input, show, element: html("label", { class: `control ${kind}` }, title, number, input) };
}

/** Two decimals of a pixel: sharp on every screen, and short paths. @param {number} pixels */
const px = (pixels) => Math.round(pixels * 100) / 100;

// The view ----------------------------------------------------------------------------------------------------------

const WIDE = 640;
const INPUT_HEIGHT = 84;
const GAP = 14;
const TOP = 4;
const BOTTOM = 34;
let views = 0;

/**
 * @param {{model: {get: (name: string) => any}, el: HTMLElement}} context
 * @returns {() => void} what to do when the view goes
 */
function render({ model, el }) {
  /** @type {Spec} */
  const spec = model.get("spec");
  const nodes = floats(Float64Array, model.get("nodes"));
  const table = floats(Float32Array, model.get("table"));
  const grid = { nodes, segments: segmentsOf(nodes) };
  const { population } = spec;
  const id = `course-explorer-${++views}`;

  const state = {
    x: spec.x.value,
    parameters: spec.parameters.map((slider) => slider.value),
    mean: population?.mean.value ?? 0,
    deviation: population?.deviation.value ?? 1,
  };

  // What the state implies, kept between frames; a change says from where on it has to be computed again.
  /** @type {Float64Array[]} */
  let curves = [];
  /** @type {[number, number][]} */
  let flat = [];
  const stale = { layout: true, curves: true, population: true, point: true };
  let frame = 0;
  let width = 0;
  /** @type {Language} */
  let language = pageLanguage();

  /** @param {(keyof typeof stale)[]} parts */
  function change(...parts) {
    for (const part of parts) stale[part] = true;
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  // --- the parts that stay ---

  const main = spec.curves.find((curve) => curve.main) ?? spec.curves[0];
  const panels = spec.panels.map((panel) => ({ ...panel, top: 0 }));
  const height =
    TOP + panels.reduce((sum, panel) => sum + panel.height + GAP, 0) + (population ? INPUT_HEIGHT : -GAP) + BOTTOM;

  const clips = panels.map((_, i) => svg("rect", { id: `${id}-panel-${i}` }));
  const flatClip = svg("clipPath", { id: `${id}-flat` });
  const hatch = svg(
    "pattern",
    { id: `${id}-hatch`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 6 }),
  );
  const definitions = svg(
    "defs",
    {},
    hatch,
    flatClip,
    ...clips.map((clip, i) => svg("clipPath", { id: `${id}-clip-${i}` }, clip)),
  );
  const bands = svg("path", { class: "flat-band", style: `fill: url(#${id}-hatch)` });
  const axes = svg("g", { class: "axes", "aria-hidden": "true" });
  const inputArea = svg("path", { class: "input-area" });
  const inputFlat = svg("path", { class: "input-flat", "clip-path": `url(#${id}-flat)` });
  const inputMean = svg("circle", { class: "input-mean", r: 5 });
  const outputArea = svg("path", { class: "output-area" });
  const outputAtoms = svg("path", { class: "output-atoms" });
  const atomLabels = svg("g", { "aria-hidden": "true" });
  const outputMean = svg("path", { class: "output-mean", d: "M0,0l-9,-6v12z" });
  const guides = svg("path", { class: "guides" });
  const lines = spec.curves.map((curve) =>
    svg("path", {
      class: curve.main ? "curve main" : "curve",
      style: `--colour: ${curve.colour}`,
      "clip-path": `url(#${id}-clip-${curve.panel})`,
    }),
  );
  const ends = spec.curves.map((curve) => ({
    open: svg("path", { class: "open-end", style: `--colour: ${curve.colour}` }),
    closed: svg("path", { class: "closed-end", style: `--colour: ${curve.colour}` }),
  }));
  const names = spec.curves.map((curve) =>
    svg("text", { class: "name", style: `--colour: ${curve.colour}`, "aria-hidden": "true" }),
  );
  const flatLabel = svg("text", { class: "direct quiet", "aria-hidden": "true", "text-anchor": "middle" });
  const note = svg("text", { class: "direct", "aria-hidden": "true" });
  const tangent = svg("path", { class: "tangent", "clip-path": `url(#${id}-clip-${panelOf(spec.value)})` });
  const slopeDot = svg("circle", { class: "slope-dot", r: 4.5 });
  const dragValue = svg("rect", { class: "drag" });
  const dragInput = svg("rect", { class: "drag" });
  const point = svg(
    "g",
    { class: "point", tabindex: 0, role: "slider", "aria-orientation": "horizontal" },
    svg("circle", { class: "halo", r: 15 }),
    svg("circle", { class: "dot", r: 7.5 }),
  );
  point.setAttribute("aria-valuemin", String(spec.x.minimum));
  point.setAttribute("aria-valuemax", String(spec.x.maximum));

  const picture = svg(
    "svg",
    { class: "picture", height, role: "group" },
    definitions,
    bands,
    axes,
    ...(population ? [inputArea, inputFlat, outputArea, outputAtoms] : []),
    guides,
    ...lines,
    ...ends.flatMap(({ open, closed }) => [open, closed]),
    flatLabel,
    ...(population ? [atomLabels, inputMean, outputMean] : []),
    ...names,
    slopeDot,
    note,
    tangent,
    dragValue,
    ...(population ? [dragInput] : []),
    point,
  );

  const read = {
    x: readout("x", spec.x.symbol),
    value: readout("value", spec.words.value.en),
    slope: readout("slope", spec.words.slope.en),
  };
  const { table: moments, cells } = momentsTable(spec.words);
  const parameterSliders = spec.parameters.map((slider, i) =>
    makeSlider(slider, "parameter", (value) => {
      state.parameters[i] = value;
      change("curves", "population", "point");
    }),
  );
  const meanSlider = population && makeSlider(population.mean, "input", setMean);
  const deviationSlider =
    population &&
    makeSlider(population.deviation, "input", (value) => {
      state.deviation = value;
      change("population");
    });
  const sliders = [...parameterSliders, meanSlider, deviationSlider].filter((slider) => slider !== null);
  const reset = html("button", { type: "button", class: "reset" }, label(spec.words.reset));

  const root = html(
    "div",
    // JupyterLab's own shortcuts would take the arrow keys.
    { class: "course-explorer", role: "group", dir: "ltr", "data-lm-suppress-shortcuts": "true" },
    html(
      "div",
      { class: "head" },
      html("span", { class: "title" }, label(spec.title)),
      html("span", { class: "readouts" }, read.x.row, read.value.row, read.slope.row),
    ),
    html("div", { class: "stage" }, picture, ...(population ? [moments] : [])),
    html("div", { class: "foot" }, html("div", { class: "controls" }, ...sliders.map(({ element }) => element)), reset),
  );
  root.style.setProperty("--colour", main.colour);
  el.append(root);

  // --- geometry ---

  const plot = { left: 0, right: 0, bottom: 0, side: 0, edge: 0 };
  /** @param {number} x */
  const toX = (x) => plot.left + ((x - spec.x.minimum) / (spec.x.maximum - spec.x.minimum)) * (plot.right - plot.left);
  /** @param {number} panel @param {number} y */
  const toY = (panel, y) => {
    const { top, height: tall, minimum, maximum } = panels[panel];
    return top + ((maximum - y) / (maximum - minimum)) * tall;
  };
  /** @param {number} curve */
  function panelOf(curve) {
    return spec.curves[curve].panel;
  }

  function layout() {
    const wide = width >= WIDE;
    root.classList.toggle("narrow", !wide);
    const side = !population ? 0 : wide ? Math.min(264, Math.max(216, 0.27 * width)) : 68;
    plot.left = wide ? 40 : 30;
    plot.right = width - (population ? side + 12 : 8);
    plot.side = plot.right + 12;
    plot.edge = width - 2;
    let top = TOP;
    for (const panel of panels) {
      panel.top = top;
      top += panel.height + GAP;
    }
    const inputTop = top;
    plot.bottom = population ? inputTop + INPUT_HEIGHT : top - GAP;
    root.style.setProperty("--side", `${side}px`);

    const across = plot.right - plot.left;
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    panels.forEach((panel, i) => {
      for (const [name, value] of Object.entries({ x: plot.left, y: panel.top, width: across, height: panel.height })) {
        clips[i].setAttribute(name, value);
      }
    });

    // Axes: thin lines, a stronger one through zero, numbers outside.
    let thin = "";
    let strong = "";
    const texts = [];
    const vertical = ticks(spec.x.minimum, spec.x.maximum, across, 46);
    for (const x of vertical.positions) {
      const at = px(toX(x));
      const line = `M${at},${TOP}V${plot.bottom}`;
      if (x === 0) strong += line;
      else thin += line;
      texts.push(
        svg("text", { x: at, y: plot.bottom + 16, "text-anchor": "middle" }, format(x, vertical.decimals, language)),
      );
    }
    texts.push(
      svg(
        "text",
        { class: "symbol", x: (plot.left + plot.right) / 2, y: plot.bottom + 31, "text-anchor": "middle" },
        spec.x.symbol,
      ),
    );
    panels.forEach((panel, i) => {
      const horizontal = ticks(panel.minimum, panel.maximum, panel.height, 34);
      for (const y of horizontal.positions) {
        const at = px(toY(i, y));
        const to = population && i === panelOf(population.value) ? plot.edge : plot.right;
        if (y === 0) strong += `M${plot.left},${at}H${to}`;
        else thin += `M${plot.left},${at}H${to}`;
        const text = format(y, horizontal.decimals, language);
        texts.push(svg("text", { x: plot.left - 7, y: at + 4, "text-anchor": "end" }, text));
      }
      const title = svg("text", { class: "panel-label", x: plot.left + 8, y: panel.top + 16 });
      title.append(svg("tspan", { class: "symbol" }, panel.symbol), `\u2002${say(panel.label, language)}`);
      texts.push(title);
    });
    if (population) {
      strong += `M${plot.left},${plot.bottom}H${plot.right}`;
      texts.push(
        svg("text", { class: "panel-label", x: plot.left + 8, y: inputTop + 16 }, say(spec.words.inputs, language)),
      );
      const panel = panels[panelOf(population.value)];
      strong += `M${plot.side},${panel.top}V${panel.top + panel.height}`;
      // One below the other, as the panel is narrow.
      const lines =
        language === "both" ? [spec.words.outputs.en, spec.words.outputs.fa] : [say(spec.words.outputs, language)];
      lines.forEach((line, i) => {
        texts.push(
          svg("text", { class: "panel-label", x: plot.edge, y: panel.top + 16 + 17 * i, "text-anchor": "end" }, line),
        );
      });
      place(dragInput, plot.left, inputTop, across, INPUT_HEIGHT);
    }
    axes.replaceChildren(
      svg("path", { class: "thin", d: thin }),
      svg("path", { class: "strong", d: strong }),
      ...texts,
    );
    const last = panels[panels.length - 1];
    place(dragValue, plot.left, TOP, across, last.top + last.height - TOP);

    root.dataset.language = language;
    root.setAttribute("aria-label", plain(spec.title));
    picture.setAttribute("aria-label", plain(spec.description));
    point.setAttribute("aria-label", plain(spec.words.point));
    for (const { name, input } of sliders) input.setAttribute("aria-label", plain(name));
    spec.curves.forEach(
      (curve, i) => (names[i].textContent = curve.label_at === null ? "" : say(curve.label, language)),
    );
    flatLabel.textContent = say(spec.words.flat, language);
    note.textContent = say(spec.words.convention, language);
    stale.curves = stale.population = stale.point = true;
  }

  /** @param {Text} text what a screen reader is given */
  const plain = (text) => (language === "both" ? `${text.en} · ${text.fa}` : text[language]);

  // --- one frame ---

  function draw() {
    frame = 0;
    if (width === 0) return;
    if (stale.layout) layout();
    if (stale.curves) drawCurves();
    if (population && stale.population) drawPopulation(population);
    if (stale.point) drawPoint();
    parameterSliders.forEach(({ show }, i) => show(state.parameters[i], language));
    meanSlider?.show(state.mean, language);
    deviationSlider?.show(state.deviation, language);
    stale.layout = stale.curves = stale.population = stale.point = false;
  }

  function drawCurves() {
    const block = blend(
      table,
      spec.parameters.map((slider) => slider.grid),
      state.parameters,
    );
    curves = spec.curves.map((_, i) => block.subarray(i * nodes.length, (i + 1) * nodes.length));
    spec.curves.forEach((curve, i) => {
      lines[i].setAttribute("d", curvePath(i));
      const [open, closed] = jumpMarks(i);
      ends[i].open.setAttribute("d", open);
      ends[i].closed.setAttribute("d", closed);
      if (curve.label_at === null) return;
      const at = curve.label_at;
      const value = valueAt(grid, curves[i], at);
      const above = spec.curves.some((other, k) => other.panel === curve.panel && valueAt(grid, curves[k], at) > value);
      const { top, height: tall } = panels[curve.panel];
      const y = toY(curve.panel, value) + (above ? 20 : -9);
      names[i].setAttribute("x", px(toX(at)));
      names[i].setAttribute("y", px(Math.min(top + tall - 4, Math.max(top + 14, y))));
    });
    if (population) {
      const slope = curves[population.slope];
      flat = flatIntervals(grid, slope, population.flat * steepest(grid, slope, spec.x.minimum, spec.x.maximum));
    }
    const visible = flat
      .map(([start, stop]) => [Math.max(plot.left, toX(start)), Math.min(plot.right, toX(stop))])
      .filter(([start, stop]) => stop > start);
    bands.setAttribute(
      "d",
      visible.map(([start, stop]) => `M${px(start)},${TOP}H${px(stop)}V${plot.bottom}H${px(start)}z`).join(""),
    );
    flatClip.replaceChildren(
      ...visible.map(([start, stop]) =>
        svg("rect", { x: px(start), y: TOP, width: px(stop - start), height: plot.bottom - TOP }),
      ),
    );
    const widest = visible.reduce((best, band) => (band[1] - band[0] > best[1] - best[0] ? band : best), [0, 0]);
    const roomy = widest[1] - widest[0] > (language === "both" ? 76 : 40);
    flatLabel.setAttribute("visibility", roomy ? "visible" : "hidden");
    if (roomy && population) {
      const { top, height: tall } = panels[panelOf(population.slope)];
      flatLabel.setAttribute("x", px((widest[0] + widest[1]) / 2));
      flatLabel.setAttribute("y", px(top + tall / 2 + 4));
    }
  }

  /** @param {number} i */
  function curvePath(i) {
    const { panel } = spec.curves[i];
    let path = "";
    for (const [from, to] of grid.segments) {
      let pen = "M";
      for (let k = from; k < to && to - from > 1; k++) {
        if (nodes[k] < spec.x.minimum - 0.2 || nodes[k] > spec.x.maximum + 0.2) continue;
        path += `${pen}${px(toX(nodes[k]))},${px(toY(panel, curves[i][k]))}`;
        pen = "L";
      }
    }
    return path;
  }

  /**
   * The neighbours of a break from which a curve jumps to the value that it takes there.
   * @param {number} curve
   * @param {number} at
   */
  function sidesOff(curve, at) {
    const samples = curves[curve];
    return [at - 1, at + 1].filter((k) => Math.abs(samples[k] - samples[at]) > 1e-4);
  }

  /**
   * Where a curve jumps: open circles at the sides that it leaves, a dot at the value that it takes.
   * @param {number} i
   */
  function jumpMarks(i) {
    const { panel } = spec.curves[i];
    let open = "";
    let closed = "";
    for (const [at, stop] of grid.segments) {
      if (stop - at !== 1) continue;
      const sides = sidesOff(i, at);
      for (const k of sides) open += ring(toX(nodes[k]), toY(panel, curves[i][k]), 3.5);
      if (sides.length) closed += ring(toX(nodes[at]), toY(panel, curves[i][at]), 4);
    }
    return [open, closed];
  }

  /** @param {Population} given */
  function drawPopulation(given) {
    const { mean, deviation } = state;
    const panel = panels[panelOf(given.value)];
    const outputs = pushForward(grid, curves[given.value], curves[given.slope], mean, deviation, {
      minimum: panel.minimum,
      maximum: panel.maximum,
      bin: given.bin,
    });

    const tall = INPUT_HEIGHT - 22;
    const bell = bellPath(mean, deviation, spec.x, toX, plot.bottom, tall);
    inputArea.setAttribute("d", bell);
    inputFlat.setAttribute("d", bell);
    inputMean.setAttribute("transform", `translate(${px(toX(mean))},${plot.bottom - tall})`);

    // Equal areas are equal shares: the outputs are drawn on the scale of the bell, unless they would not fit.
    const room = plot.edge - plot.side;
    const perPixelIn = (plot.right - plot.left) / (spec.x.maximum - spec.x.minimum);
    const perPixelOut = panel.height / (panel.maximum - panel.minimum);
    const bellScale = tall * deviation * Math.sqrt(2 * Math.PI) * perPixelIn;
    let most = 0;
    for (const share of outputs.density) most = Math.max(most, share);
    const scale = Math.min((bellScale / perPixelOut) * Math.min(1, room / 160), room / (most || 1));
    /** @param {number} k a cell's lower edge */
    const level = (k) => toY(panelOf(given.value), panel.minimum + k * given.bin);
    outputArea.setAttribute("d", densityPath(outputs.density, scale, plot.side, level));

    let bars = "";
    const labels = [];
    for (const [value, share] of outputs.atoms) {
      if (share < 5e-4) continue;
      const y = toY(panelOf(given.value), value);
      bars += `M${plot.side},${px(y)}h${px(share * room)}`;
      const { en, fa } = spec.words.exactly;
      const exactly = say({ en: `${en} ${format(value, 0, "en")}`, fa: `${fa} ${format(value, 0, "fa")}` }, language);
      const text = root.classList.contains("narrow") ? "" : ` ${exactly}`;
      // A sentence of its own in a picture whose direction is left-to-right.
      const [open, close] = language === "fa" ? ["\u2067", "\u2069"] : ["", ""];
      const below = y + 18 < panel.top + panel.height;
      labels.push(
        svg(
          "text",
          { class: "direct", x: px(plot.side + 6), y: px(below ? y + 18 : y - 9) },
          open + percent(share, language) + text + close,
        ),
      );
    }
    outputAtoms.setAttribute("d", bars);
    atomLabels.replaceChildren(...labels);
    const centre = Math.min(panel.maximum, Math.max(panel.minimum, outputs.mean));
    outputMean.setAttribute("transform", `translate(${plot.side},${px(toY(panelOf(given.value), centre))})`);

    cells.inputMean.textContent = format(mean, 3, language);
    cells.outputMean.textContent = format(outputs.mean, 3, language);
    cells.inputVariance.textContent = format(deviation * deviation, 3, language);
    cells.outputVariance.textContent = format(outputs.variance, 3, language);
    cells.flat.textContent = percent(flatShare(grid, flat, mean, deviation), language);
  }

  function drawPoint() {
    const { x } = state;
    const value = valueAt(grid, curves[spec.value], x);
    const slope = valueAt(grid, curves[spec.slope], x);
    const [valuePanel, slopePanel] = [panelOf(spec.value), panelOf(spec.slope)];
    const [left, top] = [px(toX(x)), px(toY(valuePanel, value))];
    point.setAttribute("transform", `translate(${left},${top})`);
    slopeDot.setAttribute("cx", left);
    slopeDot.setAttribute("cy", px(toY(slopePanel, slope)));

    // The tangent has the same length at every slope.
    const { height: tall, minimum, maximum } = panels[valuePanel];
    const run = (plot.right - plot.left) / (spec.x.maximum - spec.x.minimum);
    const rise = (-slope * tall) / (maximum - minimum);
    const stretch = 80 / Math.hypot(run, rise);
    const [dx, dy] = [px(stretch * run), px(stretch * rise)];
    tangent.setAttribute("d", `M${px(left - dx)},${px(top - dy)}l${px(2 * dx)},${px(2 * dy)}`);
    guides.setAttribute("d", `M${left},${TOP}V${plot.bottom}${population ? `M${left},${top}H${plot.edge}` : ""}`);

    const texts = { x: format(x, 2, language), value: format(value, 3, language), slope: format(slope, 3, language) };
    read.x.value.textContent = texts.x;
    read.value.value.textContent = texts.value;
    read.slope.value.textContent = texts.slope;
    const convention = jumpsAt(spec.value, x) || jumpsAt(spec.slope, x);
    note.setAttribute("visibility", convention ? "visible" : "hidden");
    note.setAttribute("x", px(left + 12));
    note.setAttribute("y", px(jumpsAt(spec.value, x) ? top + 28 : toY(slopePanel, slope) - 8));
    point.setAttribute("aria-valuenow", String(x));
    const comma = language === "fa" ? "، " : ", ";
    const { words } = spec;
    point.setAttribute(
      "aria-valuetext",
      [
        `${spec.x.symbol} = ${texts.x}`,
        `${words.value.en} = ${texts.value}`,
        `${words.slope.en} = ${texts.slope}`,
        ...(convention ? [plain(words.convention)] : []),
      ].join(comma),
    );
  }

  /** @param {number} curve @param {number} x */
  function jumpsAt(curve, x) {
    return grid.segments.some(([at, stop]) => stop - at === 1 && nodes[at] === x && sidesOff(curve, at).length > 0);
  }

  // --- what the reader does ---

  /** @param {number} x @param {Slider} slider */
  const clamp = (x, slider) =>
    Math.min(slider.maximum, Math.max(slider.minimum, Math.round(x / slider.step) * slider.step));

  /** @param {number} x */
  function setX(x) {
    // Rounded again, because a multiple of 0.01 is not one in binary.
    state.x = Number(clamp(x, spec.x).toFixed(6));
    change("point");
  }

  /** @param {number} mean */
  function setMean(mean) {
    if (!population) return;
    state.mean = Number(clamp(mean, population.mean).toFixed(6));
    change("population");
  }

  /** @param {PointerEvent} event */
  function pointerX(event) {
    const box = picture.getBoundingClientRect();
    const at = ((event.clientX - box.left) * width) / box.width;
    const x = spec.x.minimum + ((at - plot.left) / (plot.right - plot.left)) * (spec.x.maximum - spec.x.minimum);
    return { x, reach: (5 * (spec.x.maximum - spec.x.minimum)) / (plot.right - plot.left) };
  }

  /**
   * @param {SVGElement} element
   * @param {(event: PointerEvent) => void} move
   */
  function draggable(element, move) {
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      move(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  /** @param {PointerEvent} event */
  function dragPoint(event) {
    const { x, reach } = pointerX(event);
    // A kink is one exact position, and too small a target for a hand.
    setX(spec.breaks.find((at) => Math.abs(at - x) < reach) ?? x);
    if (event.type === "pointerdown") point.focus({ preventScroll: true });
  }
  draggable(point, dragPoint);
  draggable(dragValue, dragPoint);
  draggable(dragInput, (event) => setMean(pointerX(event).x));

  point.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const steps = { ArrowRight: 0.1, ArrowUp: 0.1, ArrowLeft: -0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };
    const goals = { Home: spec.x.minimum, End: spec.x.maximum };
    if (event.key in steps) setX(state.x + steps[/** @type {keyof typeof steps} */ (event.key)]);
    else if (event.key in goals) setX(goals[/** @type {keyof typeof goals} */ (event.key)]);
    else return;
    event.preventDefault();
  });

  // On any key that reaches it, JupyterLab's notebook moves the focus to its active cell, which may be another one.
  root.addEventListener("keydown", (event) => event.stopPropagation());

  reset.addEventListener("click", () => {
    state.x = spec.x.value;
    state.parameters = spec.parameters.map((slider) => slider.value);
    state.mean = population?.mean.value ?? 0;
    state.deviation = population?.deviation.value ?? 1;
    change("curves", "population", "point");
  });

  // --- what the page does ---

  const sized = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width === width || entry.contentRect.width === 0) return;
    width = entry.contentRect.width;
    stale.layout = true;
    // At once: the first picture belongs into the frame in which the explorer appears.
    cancelAnimationFrame(frame);
    draw();
  });
  sized.observe(picture.parentElement);
  const spoken = new MutationObserver(() => {
    if (language === pageLanguage()) return;
    language = pageLanguage();
    change("layout");
  });
  spoken.observe(document.body, { attributeFilter: ["data-course-language"] });

  return () => {
    sized.disconnect();
    spoken.disconnect();
    cancelAnimationFrame(frame);
  };
}

/**
 * The bell of the inputs, as far as it is in sight; it always has the same height.
 * @param {number} mean
 * @param {number} deviation
 * @param {{minimum: number, maximum: number}} axis
 * @param {(x: number) => number} toX
 * @param {number} bottom
 * @param {number} height
 */
function bellPath(mean, deviation, { minimum, maximum }, toX, bottom, height) {
  let path = "";
  for (let z = -4; z <= 4; z += 0.125) {
    const x = Math.min(maximum, Math.max(minimum, mean + z * deviation));
    const y = bottom - height * Math.exp(-0.5 * ((x - mean) / deviation) ** 2);
    path += `${path ? "L" : `M${px(toX(x))},${bottom}L`}${px(toX(x))},${px(y)}`;
  }
  return `${path}V${bottom}z`;
}

/**
 * The density of the outputs, growing to the right from `left`. It may begin and end steeply, so each run of occupied
 * cells begins and ends at its outer edges.
 * @param {Float64Array} density
 * @param {number} scale pixels per density
 * @param {number} left
 * @param {(k: number) => number} level the height of a cell's lower edge
 */
function densityPath(density, scale, left, level) {
  let path = "";
  let inside = false;
  for (let k = 0; k <= density.length; k++) {
    const reach = k < density.length ? scale * density[k] : 0;
    const occupied = reach > 0.05;
    if (occupied && !inside) path += `M${left},${px(level(k))}H${px(left + reach)}`;
    if (occupied) path += `L${px(left + reach)},${px(level(k + 0.5))}`;
    if (!occupied && inside) path += `V${px(level(k))}H${left}`;
    inside = occupied;
  }
  return path;
}

/** @param {Element} rect @param {number} x @param {number} y @param {number} width @param {number} height */
function place(rect, x, y, width, height) {
  for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, String(value));
}

/** A circle as a path, so that all circles of a curve are one element. @param {number} x @param {number} y @param {number} r */
const ring = (x, y, r) => `M${px(x - r)},${px(y)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`;

/**
 * The numbers of a binary trait; the view may start at any byte of its buffer.
 * @template {Float32Array | Float64Array} T
 * @param {{new (buffer: ArrayBuffer): T}} type
 * @param {DataView} view
 */
function floats(type, view) {
  return new type(/** @type {ArrayBuffer} */ (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)));
}

export default { render };
