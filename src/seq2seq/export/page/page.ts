/**
 * The page. Its policy lets it load nothing from another host. 'unsafe-eval' is there because the published TensorFlow.js makes
 * functions from strings.
 */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'unsafe-eval'; img-src data:">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<title>Translator</title>
<h1>Translator</h1>
<form id="form">
<input id="sentence" aria-label="Sentence" autocomplete="off" dir="auto" autofocus>
<button id="button" disabled>Translate</button>
</form>
<p id="translation" dir="auto" aria-live="polite"></p>
<p id="said" dir="auto" aria-live="polite">Loading …</p>
<table id="attention" aria-label="Attention: a row for each word written, a column for each word read"></table>
<script src="tf.min.js"></script>
<script src="page.js"></script>
</html>
`;

export const STYLE = `body { font: 1.1rem/1.4 sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
#form { display: flex; gap: .5rem; }
#sentence { flex: 1; font: inherit; padding: .4rem; }
button { font: inherit; }
#translation { font-size: 1.5rem; min-height: 2.1rem; }
#said { color: #555; }
#attention { border-collapse: collapse; }
#attention th { font-weight: normal; padding: .2rem .4rem; text-align: right; }
#attention td { border: 1px solid #ddd; min-width: 2.5rem; height: 1.8rem; }
`;
