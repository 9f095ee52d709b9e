// make.mjs write DIRECTORY EXPECTED: write the datasets, and what the clients report about them.
// make.mjs check DIRECTORY EXPECTED: compare what both clients report with EXPECTED.
// Run by make.sh.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Field, Int32, Schema, Utf8 } from "apache-arrow";
import * as lance10 from "lancedb-10";
import * as lance12 from "lancedb-12";

const clients = { "lancedb-10": lance10, "lancedb-12": lance12 };

const schema = new Schema([
	new Field("id", new Int32(), false),
	new Field("name", new Utf8(), true),
]);

// Lance writes the path by which it reached a table into the manifests of the table's branches.
// With "." in the directory itself that is "./users.lance": no path of the machine that wrote it.
const here = ".";

const tables = {
	users: {
		client: "lancedb-12",
		async write(lancedb) {
			const db = await lancedb.connect(here);
			const rows = [
				{ id: 1, name: "Ada" },
				{ id: 2, name: "Bo" },
			];
			const users = await db.createTable("users", rows, { schema });
			await users.add([{ id: 3, name: "Cy" }]);
			await users.update({ where: "id = 2", values: { name: "Bob" } });
			await users.delete("id = 1");
			await users
				.mergeInsert("id")
				.whenMatchedUpdateAll()
				.whenNotMatchedInsertAll()
				.execute([
					{ id: 3, name: "Cyd" },
					{ id: 4, name: "Di" },
				]);

			const tags = await users.tags();
			await tags.create("gold", 3);
			await tags.create("silver", 4);
			await tags.update("silver", 5);

			const exp = await (await users.branches()).create("exp");
			await exp.add([{ id: 5, name: "Ed" }]);
			await exp.add([{ id: 6, name: "Flo" }]);
			await users.add([{ id: 7, name: "Gus" }]);
		},
	},

	events: {
		client: "lancedb-10",
		async write(lancedb) {
			const db = await lancedb.connect(here);
			const events = await db.createTable("events", [{ id: 1, name: "signup" }], { schema });
			await events.add([{ id: 2, name: "login" }]);
			await events.add([{ id: 3, name: "logout" }]);
			await events.createIndex("id");
			await (await events.tags()).create("release-1.2", 2);
		},
	},

	legacy: {
		client: "lancedb-10",
		async write(lancedb) {
			const db = await lancedb.connect(here);
			const legacy = await db.createTable("legacy", [{ id: 1, name: "old" }], {
				schema,
				storageOptions: { new_table_enable_v2_manifest_paths: "false" },
			});
			await legacy.add([{ id: 2, name: "older" }]);
			await legacy.add([{ id: 3, name: "oldest" }]);
			await (await legacy.tags()).create("first", 1);
			// Lance gives the manifests of a branch V2 names all the same.
			const next = await (await legacy.branches()).create("next");
			await next.add([{ id: 4, name: "new" }]);
		},
	},

	empty: {
		client: "lancedb-12",
		async write(lancedb) {
			// Through a namespace, which declares a table before it creates it.
			const db = await lancedb.connectNamespace("dir", { root: here, manifestEnabled: "false" });
			await db.createEmptyTable("empty", schema);
		},
	},

	declared: {
		client: "lancedb-12",
		async write(lancedb) {
			const db = await lancedb.connectNamespace("dir", { root: here, manifestEnabled: "false" });
			// Fails after the table is declared: what such a client leaves behind.
			const unknown = { new_table_data_storage_version: "9.9" };
			await assert.rejects(
				db.createTable("declared", [{ id: 1, name: "never" }], { schema, storageOptions: unknown }),
				/Unknown Lance storage version/,
			);
		},
	},

	branched: {
		client: "lancedb-10",
		async write(lancedb) {
			const db = await lancedb.connect(here);
			const main = await db.createTable("branched", [{ id: 1, name: "main" }], { schema });
			await main.add([{ id: 2, name: "main" }]);

			const branches = await main.branches();
			const dev = await branches.create("dev", "main", 1);
			await dev.add([{ id: 3, name: "dev" }]);
			const fix = await branches.create("dev/fix", "dev");
			await fix.add([{ id: 4, name: "fix" }]);
			await branches.create("feat/x", "main", 2);
			await (await fix.tags()).create("trial", 3);
		},
	},
};

function sorted(object) {
	return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Read off the file names: no client reports it. */
function namingScheme(directory) {
	const names = fs.readdirSync(path.join(directory, "_versions"));
	const manifests = names.filter((file) => file.endsWith(".manifest"));
	const v2 = manifests.filter((file) => /^[0-9]{20}\.manifest$/.test(file));
	assert([0, manifests.length].includes(v2.length), `${directory} has names of both schemes`);
	return v2.length > 0 ? "V2" : "V1";
}

/** The versions that a handle lists, the rows in each, and when Lance says it was made. */
async function versionFacts(table) {
	const listed = await table.listVersions();
	const facts = { versions: listed.map((v) => v.version), rows: {}, timestampMillis: {} };
	for (const { version, timestamp } of listed) {
		await table.checkout(version);
		// Reads the data files, which countRows() does not.
		facts.rows[version] = (await table.query().toArray()).length;
		facts.timestampMillis[version] = timestamp.getTime();
	}
	await table.checkoutLatest();
	return facts;
}

async function tableFacts(lancedb, name) {
	const db = await lancedb.connect(here);
	if (!fs.existsSync(path.join(`${name}.lance`, "_versions"))) {
		await assert.rejects(db.openTable(name), /was not found/);
		return { declaredOnly: true, versions: [], tags: {}, branches: {} };
	}

	const table = await db.openTable(name);
	const facts = {
		namingScheme: namingScheme(`${name}.lance`),
		...(await versionFacts(table)),
		tags: {},
		tagBranch: {},
		tagManifestSize: {},
		branches: {},
	};

	for (const [tag, contents] of Object.entries(sorted(await (await table.tags()).list()))) {
		facts.tags[tag] = contents.version;
		facts.tagManifestSize[tag] = contents.manifestSize;
		const tagged = await db.openTable(name);
		await tagged.checkout(tag);
		assert.equal(await tagged.version(), contents.version);
		if (tagged.currentBranch() !== null)
			facts.tagBranch[tag] = tagged.currentBranch();
	}

	const branches = await table.branches();
	for (const [branch, contents] of Object.entries(sorted(await branches.list()))) {
		facts.branches[branch] = {
			parentBranch: contents.parentBranch,
			parentVersion: contents.parentVersion,
			manifestSize: contents.manifestSize,
			namingScheme: namingScheme(`${name}.lance/tree/${branch}`),
			...(await versionFacts(await branches.checkout(branch))),
		};
	}
	return facts;
}

async function write(expectedFile) {
	const expected = { clients: {}, tables: {} };
	for (const client of Object.keys(clients)) {
		const manifest = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules", client, "package.json");
		expected.clients[client] = JSON.parse(fs.readFileSync(manifest)).version;
	}
	for (const [name, { client, write }] of Object.entries(tables)) {
		await write(clients[client]);
		expected.tables[name] = { writtenBy: client, ...(await tableFacts(clients[client], name)) };
	}
	// A list of numbers reads better on one line.
	const text = JSON.stringify(expected, null, 2).replace(/\[[\s\d,]*\]/g, (list) =>
		list.replace(/\s+/g, "").replace(/,/g, ", "),
	);
	fs.writeFileSync(expectedFile, `${text}\n`);
}

async function check(expectedFile) {
	const expected = JSON.parse(fs.readFileSync(expectedFile));
	const directories = fs.readdirSync(here).sort();
	assert.deepEqual(directories, Object.keys(expected.tables).map((name) => `${name}.lance`).sort());
	for (const [client, lancedb] of Object.entries(clients)) {
		for (const [name, { writtenBy, ...facts }] of Object.entries(expected.tables)) {
			assert.deepEqual(await tableFacts(lancedb, name), facts, `${name}, seen by ${client}`);
			console.log(`ok: ${name}, written by ${writtenBy}, seen by ${client}`);
		}
	}
}

const [verb, directory, expectedFile] = process.argv.slice(2);
const expectedPath = path.resolve(expectedFile);
process.chdir(directory);
await { write, check }[verb](expectedPath);
