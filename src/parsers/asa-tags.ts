/** Which Grok pattern reads the text of which Cisco ASA message. */
export interface AsaTag {
  readonly pattern: string;
  /** The pattern finds what Metron's does not: it is used only when details are asked for. */
  readonly detailsOnly?: boolean;
}

const groups: readonly (readonly [tags: string, pattern: string, detailsOnly?: boolean])[] = [
  ['2-106001', '106001'],
  ['2-106006 2-106007 2-106010', '106006_106007_106010'],
  ['3-106014', '106014'],
  ['6-106015', '106015'],
  ['1-106021', '106021'],
  ['4-106023', '106023'],
  ['5-106100', '106100'],
  ['6-110002', '110002'],
  ['6-302010', '302010'],
  ['6-302013 6-302014 6-302015 6-302016', '302013_302014_302015_302016'],
  ['6-302020 6-302021', '302020_302021'],
  ['6-305011', '305011'],
  ['6-305012', '305012'],
  ['3-313001 3-313004 3-313008', '313001_313004_313008'],
  ['4-313005', '313005'],
  ['4-402117', '402117'],
  ['4-402119', '402119'],
  ['4-419001', '419001'],
  ['4-419002', '419002'],
  ['4-500004', '500004'],
  ['6-602303 6-602304', '602303_602304'],
  ['7-609001', '609001', true],
  ['7-609002', '609002', true],
  ['7-710001 7-710002 7-710003 7-710005 7-710006', '710001_710002_710003_710005_710006'],
  ['5-713041', '713041'],
  ['6-713172', '713172'],
  ['4-733100', '733100'],
];

/** By tag, such as `ASA-6-302013`. */
export const asaTags: ReadonlyMap<string, AsaTag> = new Map(
  groups.flatMap(([tags, pattern, detailsOnly = false]) =>
    tags.split(' ').map((tag) => [`ASA-${tag}`, { pattern: `CISCOFW${pattern}`, detailsOnly }] as const),
  ),
);
