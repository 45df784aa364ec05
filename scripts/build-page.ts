/** Builds the pages: `npm run web:build`. */
import { preparePage } from '../src/program/index.ts';

const { folder, finished } = preparePage();
const problem = await finished;
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}
console.log(`The pages are in ${folder}`);
