/** Lines of filterlog, written for this purpose. */
export const pfsenseSamples: readonly string[] = [
  '<134>Mar  9 08:12:44 filterlog[81234]: 5,,,1000000103,igb0,match,block,in,4,0x0,,49,54321,0,DF,6,tcp,60,198.51.100.77,203.0.113.10,44321,22,0,S,1234567890,,64240,,mss;sackOK;TS;nop;wscale',
  '<134>1 2026-03-09T08:12:45.123456+01:00 fw.example filterlog 81234 - - 82,,,1700000001,igb1,match,pass,out,4,0x0,,63,1201,0,none,17,udp,71,10.20.4.17,9.9.9.9,52811,53,51',
  'Mar  9 08:12:46 fw filterlog[81234]: 7,,,1000000105,igb0,match,block,in,6,0x00,0x412ab,57,TCP,6,80,2001:db8::17,2001:db8:1::5,40100,443,0,S,998877,,65535,,mss',
  'Mar  9 08:12:47 fw filterlog[81234]: 9,,,1000000107,igb0,match,pass,in,4,0x0,,254,0,0,none,1,icmp,84,192.0.2.1,203.0.113.10,request,411,1',
  'Mar  9 08:12:48 fw filterlog[81234]: 9,,,1000000107,igb0,match,block,in,4,0xc0,,254,0,0,none,1,icmp,88,192.0.2.1,203.0.113.10,unreachport,198.51.100.5,17,53',
  'Mar  9 08:12:49 fw filterlog[81234]: 4,,,1000000111,igb2,match,pass,out,4,0x10,,255,0,0,DF,112,carp,56,10.0.0.2,224.0.0.18,advertise,255,1,2,0,1',
  'Mar  9 08:12:50 fw filterlog[81234]: 6,,,1000000113,igb0,match,block,in,6,0x00,0x00000,255,ICMPv6,58,72,fe80::1,ff02::1,neighbor solicitation',
];
