/**
 * An HTML page of an export, with its title as the heading, that runs TensorFlow.js and one script. Its policy lets it load nothing from
 * another host. 'unsafe-eval' is there because the published TensorFlow.js makes functions from strings.
 */
export const htmlDocument = (title: string, body: string, script: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'unsafe-eval'; img-src data:">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<title>${title}</title>
<h1>${title}</h1>
${body}
<script src="tf.min.js"></script>
<script src="${script}"></script>
</html>
`;
