// drive.mjs CHROMIUM PAGE CASE: open a page in a headless browser, use it, and say what is wrong.
// Speaks the DevTools protocol over a pipe, so that nothing but node and a browser is needed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

const [chromium, page, name] = process.argv.slice(2);
const profile = mkdtempSync(tmpdir() + '/page-');
const browser = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
	'--no-first-run', '--user-data-dir=' + profile, '--remote-debugging-pipe', 'about:blank'],
	{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const waiting = new Map(), problems = [];
let id = 0, rest = '', session, loaded = () => {};

browser.stdio[4].on('data', data => {
	const parts = (rest + data).split('\0');
	rest = parts.pop();
	for (const part of parts) {
		const message = JSON.parse(part);
		if (message.method === 'Log.entryAdded') problems.push(message.params.entry.text);
		if (message.method === 'Runtime.exceptionThrown')
			problems.push(message.params.exceptionDetails.exception.description);
		if (message.method === 'Page.loadEventFired') loaded();
		waiting.get(message.id)?.(message);
	}
});

function send(method, params = {}) {
	return new Promise((resolve, reject) => {
		waiting.set(++id, m => m.error ? reject(Error(method + ': ' + m.error.message)) : resolve(m.result));
		browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + '\0');
	});
}

const evaluate = async code => {
	const { result, exceptionDetails } =
		await send('Runtime.evaluate', { expression: code, returnByValue: true, awaitPromise: true });
	if (exceptionDetails) throw Error(code + ': ' + exceptionDetails.exception?.description);
	return result.value;
};

async function open(width) {
	const { targetInfos } = await send('Target.getTargets');
	({ sessionId: session } = await send('Target.attachToTarget',
		{ targetId: targetInfos.find(t => t.type === 'page').targetId, flatten: true }));
	for (const domain of ['Page', 'Runtime', 'Log']) await send(domain + '.enable');
	await send('Emulation.setDeviceMetricsOverride',
		{ width, height: 800, deviceScaleFactor: 1, mobile: width < 600 });
	const done = new Promise(resolve => { loaded = resolve; });
	await send('Page.navigate', { url: 'file://' + page });
	await done;
}

function is(what, got, expected) {
	if (JSON.stringify(got) !== JSON.stringify(expected))
		problems.push(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`);
}

async function press(key) {
	for (const type of ['keyDown', 'keyUp'])
		await send('Input.dispatchKeyEvent', { type, key, text: type === 'keyDown' && key.length === 1 ? key : undefined,
			windowsVirtualKeyCode: { Enter: 13, Escape: 27 }[key] });
}

async function search(text) {
	await press('/');
	await evaluate(`document.getElementById('q').value = ''`);
	await send('Input.insertText', { text });
	await press('Enter');
}

const shown = () => evaluate(`[...document.querySelectorAll('main li[id]')].filter(e => !e.closest('.off')).map(e => e.id)`);
const current = () => evaluate(`document.querySelector('.cur')?.id ?? null`);
const said = () => evaluate(`document.getElementById('said').textContent`);

const cases = {
	// Over traces/mdadm-4.4/create.strace.
	async search() {
		await open(1200);
		is('bar', await evaluate(`document.getElementById('bar').hidden`), false);
		await search('failed device:md0');
		is('shown', await shown(), ['L267', 'L468']);
		is('current', await current(), 'L267');
		is('said', await said(), '2 of 477 lines');
		await press('n');
		is('next', await current(), 'L468');
		await press('n');
		is('the last stays', await current(), 'L468');
		await press('N');
		is('back', await current(), 'L267');
		await search('errno:EBUSY,ENODEV !device:md0');
		is('nothing', await said(), '0 of 477 lines');
		await search('call:openat name:open line:290-300');
		is('fields', await shown(), ['L296']);
		await search('RUN_ARRAY, 0x[0-9a-f]+');
		is('pattern', await shown(), ['L467']);
		await search('(');
		is('no pattern', (await said()).endsWith(' of 477 lines'), true);
		await press('/');
		await press('Escape');
		is('all', (await shown()).length, 477);
	},
	async keys() {
		await open(1200);
		await press('f');
		is('failure', await current(), 'L123');
		await press('j');
		const at = await current();
		await press('k');
		is('there and back', [at !== 'L123', await current()], [true, 'L123']);
		await evaluate(`{ const f = document.getElementById('fold'); f.value = 'none'; f.dispatchEvent(new Event('change')); }`);
		is('unfolded', await evaluate(`[...document.querySelectorAll('li.n>details')].every(d => d.open)`), true);
		await evaluate(`{ const f = document.getElementById('fold'); f.value = 'failed'; f.dispatchEvent(new Event('change')); }`);
		is('only failures', await evaluate(
			`[...document.querySelectorAll('main li.r')].filter(e => e.offsetParent).every(e => e.matches('.x'))`), true);
	},
	async links() {
		await open(1200);
		await evaluate(`document.querySelector('#timeline a[href="#L467"]').dispatchEvent(new MouseEvent('click', { bubbles: true }))`);
		is('to the line', await evaluate(`document.querySelector(':target')?.id`), 'L467');
		is('and back', await evaluate(`document.querySelector(':target a.t').getAttribute('href')`), '#T467');
		await evaluate(`document.querySelector(':target a.t').click()`);
		is('to the mark', await evaluate(`document.querySelector(':target')?.id`), 'T467');
		is('dead', await evaluate(`[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
			.filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))`), []);
		is('twice', await evaluate(`(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
			return ids.filter((e, i) => ids.indexOf(e) !== i); })()`), []);
	},
	// Nothing is cut at the side of a phone, and nothing is too small to read.
	async phone() {
		await open(375);
		is('wider than the phone', await evaluate(`document.documentElement.scrollWidth <= innerWidth`), true);
		is('small', await evaluate(`[...new Set([...document.querySelectorAll('body *')].filter(e => !e.closest('svg,script,style') &&
			[...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 12)
			.map(e => e.tagName + '.' + e.className))]`), []);
	},
	// Over a log of 21,000 lines, of which $EXPECTED failed with ENOENT.
	async long() {
		const found = `${process.env.EXPECTED} of 21000 lines`;
		const ended = () => evaluate(`new Promise(r => { const look = () => {
			const text = document.getElementById('said').textContent;
			if (text.startsWith('searching')) setTimeout(look, 5); else r(text); }; look(); })`);
		await open(1200);
		is('longest list', await evaluate(`Math.max(...[...document.querySelectorAll('main ol')].map(e => e.children.length)) <= 500`), true);
		await search('errno:ENOENT');
		is('said', await ended(), found);
		is('marked', await evaluate(`document.querySelectorAll('.hit').length`), Number(process.env.EXPECTED));
		is('shown', (await shown()).length, Number(process.env.EXPECTED));
		is('current', await current(), await evaluate(`document.querySelector('.hit').id`));
		await evaluate(`{ const only = document.getElementById('only'); only.checked = false; only.dispatchEvent(new Event('change')); }`);
		is('with the others', [await ended(), (await shown()).length], [found, 21000]);
		await search('line:20990');
		is('the last search counts', [await ended(), await current()], ['1 of 21000 lines', 'L20990']);
		await press('/');
		await press('Escape');
		is('all', [await ended(), await evaluate(`document.querySelectorAll('.hit,.off').length`)], ['', 0]);
	},
	// The policy stops what a log might bring.
	async policy() {
		await open(1200);
		await evaluate(`{ const s = document.createElement('script'); s.textContent = 'window.bad = 1'; document.body.append(s); }`);
		is('a script of others ran', await evaluate(`window.bad ?? 0`), 0);
		is('said of it', problems.splice(0).some(p => /Content Security Policy/.test(p)), true);
	},
};

let status = 0;
const limit = setTimeout(() => { console.log('the browser does not answer'); browser.kill(); process.exit(1); }, 60000);
try {
	await cases[name]();
} catch (error) {
	problems.push(error.stack);
}
clearTimeout(limit);
if (problems.length) {
	console.log(problems.join('\n'));
	status = 1;
}
browser.on('exit', () => {
	// The browser's other processes may still write there.
	rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
	process.exit(status);
});
browser.kill();
