/** Cases where the language differs from the reference on purpose, by id, with the ground. */
export const languageDifferences: Readonly<Record<string, string>> = {
  'OracleProbe.CompareArith#90': 'loses data: an int that overflows becomes a long instead of wrapping',
  'OracleProbe.CompareArith#91': 'loses data: an int that overflows becomes a long instead of wrapping',
  'OracleProbe.CompareArith#92': 'loses data: an int that overflows becomes a long instead of wrapping',
  'OracleProbe.CompareArith#93': 'loses data: a long that overflows becomes wider instead of wrapping',
  'OracleProbe.MatchLambda#56': 'extension: a match may stand inside of the action of another',
  'OracleProbe.MatchLambda#57': 'extension: a match may stand inside of the action of another',
  'OracleProbe.MatchLambda#58': 'extension: a match may stand inside of the action of another',
  'BaseStellarProcessorTest.makeSureBasicValidationIsWorking#19':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'BaseStellarProcessorTest.makeSureBasicValidationIsWorking#20':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'OracleProbe.Lexical#4':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'OracleProbe.Lexical#7':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'OracleProbe.Lexical#8':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'OracleProbe.CompareArith#132':
    'extension: behind an operand a minus subtracts, also when it touches a digit (`1-1`)',
  'OracleProbe.Lexical#3': 'extension: a minus may stand before any operand (`-a`, `- 1`)',
  'OracleProbe.Lexical#41': 'extension: a minus may stand before any operand (`-a`, `- 1`)',
  'OracleProbe.Lexical#53':
    'extension: a text may have the escapes `\\f \\0 \\/ \\\' \\" \\uXXXX \\u{X} \\xXX`',
  'OracleProbe.Lexical#55':
    'extension: a text may have the escapes `\\f \\0 \\/ \\\' \\" \\uXXXX \\u{X} \\xXX`',
  'OracleProbe.Lexical#56':
    'extension: a text may have the escapes `\\f \\0 \\/ \\\' \\" \\uXXXX \\u{X} \\xXX`',
};
