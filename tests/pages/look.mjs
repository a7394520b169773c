// Looks at pages in Chromium, as people and their helpers do:
//
//   LEAKLINE_PAGES=/some/folder cargo test --test leakline pages
//   cd tests/pages && npm install && node look.mjs /some/folder [PAGE...]
//
// Each page is checked by html-validate, and in light and dark, on a telephone and a desktop, with scripts on and
// off, by axe-core. It must fetch nothing, say nothing on the console, and fit the width; all its rows must be in
// the PDF on A4 and on Letter. Screenshots and PDFs are written into FOLDER/looks. Exits with 1 if anything is amiss.
// CHROMIUM names the browser [default: chromium].
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';
import puppeteer from 'puppeteer-core';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node look.mjs FOLDER');
  process.exit(2);
}
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Maud writes one line, and void elements without a slash.
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off' },
});
const looks = path.join(folder, 'looks');
fs.mkdirSync(looks, { recursive: true });
const amiss = [];
const note = (page, what) => {
  amiss.push(what);
  console.log(`${page}: ${what}`);
};

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--force-color-profile=srgb'],
});

async function open(file, { scheme, width, scripts }) {
  const page = await browser.newPage();
  page.on('console', (message) => note(file, `console: ${message.text()}`));
  page.on('pageerror', (error) => note(file, `error: ${error}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) note(file, `fetches ${request.url()}`);
  });
  await page.setJavaScriptEnabled(scripts);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 900, deviceScaleFactor: 1 });
  await page.goto(`file://${path.resolve(folder, file)}`);
  return page;
}

// What axe finds. The policy of the page allows no script, so it runs in a world of its own.
async function audit(page, file, how) {
  const client = await page.createCDPSession();
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  await client.send('Runtime.evaluate', { contextId, expression: axe });
  const { result } = await client.send('Runtime.evaluate', {
    contextId,
    expression: 'axe.run(document, { resultTypes: ["violations"] }).then((r) => JSON.stringify(r.violations))',
    awaitPromise: true,
    returnByValue: true,
  });
  for (const violation of JSON.parse(result.value)) {
    const first = violation.nodes[0].html.slice(0, 160);
    note(file, `${how}: axe: ${violation.id}: ${violation.nodes.length} times, as ${first}`);
  }
}

const chosen = process.argv.slice(3);
const isChosen = (name) => name.endsWith('.html') && (chosen.length === 0 || chosen.includes(name));
for (const file of fs.readdirSync(folder).filter(isChosen)) {
  const report = await validator.validateFile(path.join(folder, file));
  for (const message of report.results.flatMap((result) => result.messages)) {
    note(file, `html-validate: ${message.ruleId}: ${message.message} (column ${message.column})`);
  }
  for (const scheme of ['light', 'dark']) {
    for (const width of [390, 1280]) {
      const how = `${scheme}-${width}`;
      const page = await open(file, { scheme, width, scripts: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) note(file, `${how}: ${overflow} pixels too wide`);
      await audit(page, file, how);
      const name = path.join(looks, `${path.basename(file, '.html')}-${how}.png`);
      await page.screenshot({ path: name, clip: { x: 0, y: 0, width, height: 2600 }, captureBeyondViewport: true });
      if (await page.$('#by-rate')) {
        await page.click('#by-rate');
        await page.screenshot({ path: name.replace('.png', '-rate.png') });
      }
      await page.close();
    }
  }
  // Without scripts the page is the same, and the buttons of the map do their work.
  const page = await open(file, { scheme: 'light', width: 1280, scripts: false });
  if (await page.$('.map a path')) {
    const client = await page.createCDPSession();
    const fill = async () => {
      const { root } = await client.send('DOM.getDocument');
      const { nodeId } = await client.send('DOM.querySelector', { nodeId: root.nodeId, selector: '.map a path' });
      await client.send('CSS.enable');
      const { computedStyle } = await client.send('CSS.getComputedStyleForNode', { nodeId });
      return computedStyle.find((property) => property.name === 'fill').value;
    };
    await client.send('DOM.enable');
    if (!(await fill()).includes('#shade-')) note(file, 'without scripts the map is not shaded');
    await (await page.$('#by-rate')).click();
    const shown = await page.$('.rates');
    const box = await shown.boundingBox();
    if (!box) note(file, 'without scripts the map does not change its shades');
  }
  for (const format of ['A4', 'Letter']) {
    const name = path.join(looks, `${path.basename(file, '.html')}-${format}.pdf`);
    await page.pdf({ path: name, format, preferCSSPageSize: false });
  }
  await page.close();
}
await browser.close();
console.log(`${amiss.length} things amiss; looks are in ${looks}`);
process.exit(amiss.length > 0 ? 1 : 0);
