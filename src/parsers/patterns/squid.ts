/** Squid's native access log: time, elapsed ms, client, result/status, bytes, method, URL, user, hierarchy/peer, content type. */
export const squidPatterns = `
SQUID_DELIMITED %{NUMBER:timestamp}[^0-9]*%{INT:elapsed} %{IP:ip_src_addr} %{WORD:action}/%{NUMBER:code} %{NUMBER:bytes} %{WORD:method} %{NOTSPACE:url}[^0-9]*(?:%{IP:ip_dst_addr})?
`;
