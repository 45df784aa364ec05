/** Fields that hold lines of text, unless an index is told otherwise: terms find words in them, not only whole values. */
export const TEXT_FIELDS: readonly string[] = [
  'original_string',
  'message',
  'msg',
  'raw_message',
  'exception',
  'stack',
  'error_message',
];
