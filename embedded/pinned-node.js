// Plain JavaScript, since it speaks up where TypeScript does not run. Loaded before everything by the scripts of package.json.
const [major] = process.versions.node.split('.');

if (Number(major) < 26) {
  console.error(
    `Node ${process.version} runs this, which needs Node 26: run "npm install" without --ignore-scripts (it brings the right Node), then start it through npm.`,
  );
  process.exit(1);
}
