/**
 * What the server works out by itself over single documents, in its language Painless. Values come in as parameters: a script is
 * compiled once.
 */
import { MORE } from './names.ts';

/** Statements that make the texts of a value `v`: whole numbers without a fraction, times as milliseconds. */
const textOfValue = `
String text(def v) {
  if (v instanceof Double || v instanceof Float) {
    double d = ((Number) v).doubleValue();
    return d == Math.rint(d) && Math.abs(d) < 9007199254740992.0 ? String.valueOf((long) d) : String.valueOf(d);
  }
  if (v instanceof String || v instanceof Number || v instanceof Boolean) return String.valueOf(v);
  return String.valueOf(v.toInstant().toEpochMilli());
}`;

/** Whether a value of the field `f` fits the pattern `p`: `*` any run, `?` one character, a backslash before one that is meant as it is. */
export const GLOB_SCRIPT = `${textOfValue}
boolean glob(String p, String t) {
  int a = 0, b = 0, star = -1, resume = 0;
  while (b < t.length()) {
    boolean one = false;
    int step = 1;
    if (a < p.length()) {
      String c = p.substring(a, a + 1);
      if (c.equals('*')) { star = a; a++; resume = b; continue; }
      if (c.equals('?')) { one = true; }
      else {
        if (c.equals('\\\\') && a + 1 < p.length()) { c = p.substring(a + 1, a + 2); step = 2; }
        one = c.equals(t.substring(b, b + 1));
      }
    }
    if (one) { a += step; b++; }
    else if (star != -1) { a = star + 1; resume++; b = resume; }
    else return false;
  }
  while (a < p.length() && p.substring(a, a + 1).equals('*')) a++;
  return a == p.length();
}
if (!doc.containsKey(params.f)) return false;
for (def v : doc[params.f]) { if (glob(params.p, text(v).toLowerCase())) return true; }
return false;`;

/** Statements that gather the texts of a field's values, from where its type puts them and from words that begin with `n`. */
const gather = `
if (doc.containsKey(params.f)) { for (def v : doc[params.f]) out.add(text(v)); }
if (doc.containsKey('${MORE}')) {
  for (String t : doc['${MORE}']) {
    if (t.startsWith(params.n)) {
      int at = params.n.length();
      String kind = t.substring(at, at + 1);
      if (kind.equals('t') || kind.equals('n') || kind.equals('b') || kind.equals('j')) out.add(t.substring(at + 2));
    }
  }
}`;

export const TEXTS_SCRIPT = `${textOfValue}
Set out = new HashSet();${gather}
return new ArrayList(out);`;

/** 0 without the field, 1 where it is a number, 2 where it is text: numbers come before text. */
const first = `
String number = null; String word = null;
if (doc.containsKey(params.f) && doc[params.f].size() > 0) {
  def v = doc[params.f].get(0);
  if (v instanceof Number || !(v instanceof String || v instanceof Boolean)) number = text(v); else word = text(v);
} else if (doc.containsKey('${MORE}')) {
  for (String t : doc['${MORE}']) {
    if (t.startsWith(params.n)) {
      int at = params.n.length();
      String kind = t.substring(at, at + 1);
      if (kind.equals('n')) number = t.substring(at + 2);
      else if (kind.equals('t') || kind.equals('b') || kind.equals('j')) word = t.substring(at + 2);
    }
  }
}`;

export const RANK_SCRIPT = `${textOfValue}${first}
return number != null ? 1 : word != null ? 2 : 0;`;

export const NUMBER_SCRIPT = `${textOfValue}${first}
return number != null ? Double.parseDouble(number) : 0;`;

export const TEXT_SCRIPT = `${textOfValue}${first}
return word != null ? word : '';`;
