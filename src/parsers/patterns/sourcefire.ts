/** Sourcefire events: what stands at their end, {protocol} source -> destination. */
export const sourcefirePatterns = String.raw`
SOURCEFIRE_ID \[%{INT:sig_generator}:%{INT:sig_id}:%{INT:sig_rev}\]
SOURCEFIRE (?:%{SOURCEFIRE_ID:UNWANTED} %{DATA:msg} )?\{%{WORD:protocol}\}\s%{IP:ip_src_addr}(?::%{INT:ip_src_port})?\s*->\s*%{IP:ip_dst_addr}(?::%{INT:ip_dst_port})?
`;
