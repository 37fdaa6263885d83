/* Times libwbxml from inside: what it costs a program that is linked to it.
 *
 * Standard input: the length of a document, four bytes, most significant first, and the
 * document; then orders, each a letter and a number of rounds of eight bytes. Standard output:
 * for each order the nanoseconds, eight bytes; all ones when the library gave an error.
 *   p  document to tree    e  tree to document    x  document to XML text
 * The functions are declared here, so that the library alone is enough.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct tree tree;
typedef struct conv conv;
int wbxml_tree_from_wbxml(uint8_t *, uint32_t, int lang, int charset, tree **);
/* Version, white space kept, string table, without name. */
typedef struct { int version; uint8_t keep, table, anonymous; } params;
int wbxml_tree_to_wbxml(tree *, uint8_t **, uint32_t *, params *);
void wbxml_tree_destroy(tree *);
int wbxml_conv_wbxml2xml_create(conv **);
void wbxml_conv_wbxml2xml_set_gen_type(conv *, int);
int wbxml_conv_wbxml2xml_run(conv *, uint8_t *, uint32_t, uint8_t **, uint32_t *);
void wbxml_conv_wbxml2xml_destroy(conv *);

static int read_number(int bytes, uint64_t *n) {
  *n = 0;
  while (bytes-- > 0) {
    int c = getchar();
    if (c == EOF) return 0;
    *n = *n << 8 | (uint64_t)c;
  }
  return 1;
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static params plain = {3, 1, 0, 0};

static int once(int what, uint8_t *in, uint32_t length, tree *whole) {
  tree *t = NULL;
  conv *c = NULL;
  uint8_t *out = NULL;
  uint32_t out_length = 0;
  int error;
  switch (what) {
    case 'p':
      error = wbxml_tree_from_wbxml(in, length, 0, 0, &t);
      if (t) wbxml_tree_destroy(t);
      return error;
    case 'e':
      /* Without string table, as ours: searching for strings that repeat costs it far more. */
      error = wbxml_tree_to_wbxml(whole, &out, &out_length, &plain);
      free(out);
      return error;
    default:
      error = wbxml_conv_wbxml2xml_create(&c);
      if (error) return error;
      wbxml_conv_wbxml2xml_set_gen_type(c, 0);
      error = wbxml_conv_wbxml2xml_run(c, in, length, &out, &out_length);
      wbxml_conv_wbxml2xml_destroy(c);
      free(out);
      return error;
  }
}

int main(void) {
  uint64_t length, rounds;
  if (!read_number(4, &length)) return 2;
  uint8_t *in = malloc(length + 1);
  if (in == NULL || fread(in, 1, length, stdin) != length) return 2;
  tree *whole = NULL;
  if (wbxml_tree_from_wbxml(in, (uint32_t)length, 0, 0, &whole)) return 3;
  for (;;) {
    int what = getchar();
    if (what == EOF || !read_number(8, &rounds)) return 0;
    uint64_t start = now();
    int error = 0;
    while (rounds-- > 0 && !error) error = once(what, in, (uint32_t)length, whole);
    uint64_t spent = error ? UINT64_MAX : now() - start;
    for (int shift = 56; shift >= 0; shift -= 8) putchar((int)(spent >> shift & 0xFF));
    fflush(stdout);
  }
}
