/** The delimited text of yafscii (YAF, "Yet Another Flowmeter"): flow fields padded with blanks, between vertical bars. */
export const yafPatterns = String.raw`
YAF_TIME_FORMAT \d{4}-\d\d?-\d\d?[T ]\d\d?:\d\d:\d\d?(?:[.,:]\d+)?
# Behind blanks: beginning with none, there is one way to cut.
YAF_FLOW_FIELD (?:[^|\s][^|\n]*)?
YAF_PLAIN_FIELD [^|\n]*
YAF_DELIMITED %{YAF_TIME_FORMAT:start_time}\|%{YAF_TIME_FORMAT:end_time}\|%{SPACE:UNWANTED}%{BASE10NUM:duration}\|%{SPACE:UNWANTED}%{BASE10NUM:rtt}\|%{SPACE:UNWANTED}%{INT:protocol}\|%{SPACE:UNWANTED}%{IP:ip_src_addr}\|%{SPACE:UNWANTED}%{INT:ip_src_port}\|%{SPACE:UNWANTED}%{IP:ip_dst_addr}\|%{SPACE:UNWANTED}%{INT:ip_dst_port}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:iflags}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:uflags}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:riflags}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:ruflags}\|%{SPACE:UNWANTED}%{WORD:isn}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:risn}\|%{SPACE:UNWANTED}%{YAF_FLOW_FIELD:tag}\|%{YAF_PLAIN_FIELD:rtag}\|%{SPACE:UNWANTED}%{INT:pkt}\|%{SPACE:UNWANTED}%{INT:oct}\|%{SPACE:UNWANTED}%{INT:rpkt}\|%{SPACE:UNWANTED}%{INT:roct}\|%{SPACE:UNWANTED}%{INT:app}\|%{GREEDYDATA:end_reason}
`;
