import { htmlDocument } from "./html-document";

const BODY = `<form id="form" hidden></form>
<p id="said" aria-live="polite"></p>
<div id="answer" aria-live="polite"></div>
<p id="state">Loading …</p>
<pre id="signature"></pre>`;

export const PAGE = htmlDocument("A model, in the browser", BODY, "run.js");

export const STYLE = `body { font: 1.1rem/1.4 sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
[hidden] { display: none; }
fieldset { border: 1px solid #ccc; margin: 0 0 1rem; }
textarea, input[type="text"] { box-sizing: border-box; font: inherit; padding: .4rem; width: 100%; }
textarea { font-family: monospace; height: 9rem; }
canvas { border: 1px solid #888; cursor: crosshair; display: block; touch-action: none; }
button, input { font: inherit; }
input[type="number"] { width: 5rem; }
canvas + button { margin: .4rem .8rem 0 0; }
.hint, #state, #signature { color: #555; font-size: .9rem; }
#said { color: #a00; }
#answer table { border-collapse: collapse; }
#answer th { font-weight: normal; padding: .1rem .6rem; text-align: right; }
#answer td { padding: .1rem .6rem; text-align: right; font-variant-numeric: tabular-nums; }
#answer tr.best { background: #ffe9a8; font-weight: bold; }
`;
