import { htmlDocument } from "../../../compile/internal";

const BODY = `<form id="form">
<input id="sentence" aria-label="Sentence" autocomplete="off" dir="auto" autofocus>
<button id="button" disabled>Translate</button>
</form>
<p id="translation" dir="auto" aria-live="polite"></p>
<p id="said" dir="auto" aria-live="polite">Loading …</p>
<figure id="figure" hidden>
<div id="scroll" tabindex="0" role="region" aria-label="Attention">
<table id="attention" aria-label="Attention: a row for each word written, a column for each word read"></table>
</div>
<figcaption>A row shows where the model looked when it wrote that word: the stronger the colour, the more.</figcaption>
</figure>`;

export const PAGE = htmlDocument("Translator", BODY, "page.js");

/** Light or dark as the browser is set. A wide table scrolls in its frame, and its first column stays. */
export const STYLE = `:root { color-scheme: light dark; }
body { font: 1.1rem/1.4 sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
#form { display: flex; flex-wrap: wrap; gap: .5rem; }
#sentence { flex: 1 1 12rem; min-width: 0; font: inherit; padding: .4rem; }
button { font: inherit; }
#translation { font-size: 1.5rem; min-height: 2.1rem; overflow-wrap: anywhere; }
#said, figcaption { opacity: .75; overflow-wrap: anywhere; }
figure { margin: 0; }
#scroll { overflow-x: auto; margin-bottom: .5rem; }
#attention { border-collapse: collapse; line-height: 1.2; }
#attention th { font-weight: normal; padding: .2rem .4rem; white-space: nowrap; }
#attention thead th { vertical-align: bottom; }
#attention.tall thead bdi { writing-mode: vertical-rl; text-orientation: sideways; transform: rotate(180deg); display: inline-block; }
#attention th:first-child { text-align: end; position: sticky; inset-inline-start: 0; background: Canvas; }
#attention thead td { border: 0; position: sticky; inset-inline-start: 0; background: Canvas; }
#attention tbody td { border: 1px solid rgba(128, 128, 128, .4); min-width: 1.9rem; height: 1.7rem; padding: 0; }
`;
