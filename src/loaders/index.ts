export { csvExtractor, type ExtractorConfig } from './csv-extractor.ts';
export { type CsvFileOptions, readCsvFile } from './csv-file.ts';
