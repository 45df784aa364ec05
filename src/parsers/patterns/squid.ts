/** Squid's native access log: time, elapsed ms, client, result/status, bytes, method, URL, user, hierarchy/peer, content type. */
export const squidPatterns = String.raw`
SQUID_DELIMITED %{NUMBER:timestamp}\s+%{INT:elapsed} %{IP:ip_src_addr} %{WORD:action}/%{NUMBER:code} %{NUMBER:bytes} %{WORD:method} %{NOTSPACE:url}(?: \S+ [^/\s]*/(?:%{IP:ip_dst_addr})?)?
`;
