/** Snort's one-line alert text (`alert_fast`). Alerts written as CSV are read by the snort parser, without Grok. */
export const snortPatterns = String.raw`
SNORT_TIME \d\d/\d\d(?:/\d\d(?:\d\d)?)?-\d\d:\d\d:\d\d\.\d+
SNORT_FAST %{SNORT_TIME:time} +\[\*\*\] \[%{INT:sig_generator}:%{INT:sig_id}:%{INT:sig_rev}\] %{DATA:msg} \[\*\*\](?: \[Classification: %{DATA:classification}\])?(?: \[Priority: %{INT:priority}\])? \{%{NOTSPACE:protocol}\} %{IP:ip_src_addr}(?::%{INT:ip_src_port})? -> %{IP:ip_dst_addr}(?::%{INT:ip_dst_port})?
`;
