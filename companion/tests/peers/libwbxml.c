/* Converts many documents with libwbxml in one process: `harness to-xml` or `harness to-wbxml`;
 * or prints its token tables: `harness tables`.
 *
 * Standard input: for each document its length, four bytes, most significant first, and its
 * bytes. Standard output: for each the error code of the library, the length and the bytes of
 * the result. Of tables a line for each entry, its parts divided by tabs: the number of the
 * language, what the entry is, page, token, name, beginning of the value.
 * The functions and types are declared here, so that the library alone is enough.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct conv conv;
int wbxml_conv_wbxml2xml_create(conv **);
void wbxml_conv_wbxml2xml_set_gen_type(conv *, int);
void wbxml_conv_wbxml2xml_enable_preserve_whitespaces(conv *);
int wbxml_conv_wbxml2xml_run(conv *, uint8_t *, uint32_t, uint8_t **, uint32_t *);
void wbxml_conv_wbxml2xml_destroy(conv *);
int wbxml_conv_xml2wbxml_create(conv **);
void wbxml_conv_xml2wbxml_enable_preserve_whitespaces(conv *);
int wbxml_conv_xml2wbxml_run(conv *, uint8_t *, uint32_t, uint8_t **, uint32_t *);
void wbxml_conv_xml2wbxml_destroy(conv *);

typedef struct { uint32_t number; const char *fpi, *root, *dtd; } public_id;
typedef struct { const char *name; uint8_t page, token, options; } tag;
typedef struct { const char *name, *value; uint8_t page, token; } attribute;
typedef struct { const char *value; uint8_t page, token; } attribute_value;
typedef struct {
  int id;
  const public_id *public;
  const tag *tags;
  const void *namespaces;
  const attribute *attributes;
  const attribute_value *values;
  const void *extensions;
} language;
const language *wbxml_tables_get_main(void);

static int print_tables(void) {
  for (const language *l = wbxml_tables_get_main(); l->public; l++) {
    const public_id *p = l->public;
    printf("%d\tpublic\t0\t%u\t%s\t%s\n", l->id, p->number, p->fpi ? p->fpi : "", p->root ? p->root : "");
    for (const tag *t = l->tags; t && t->name; t++)
      printf("%d\ttag\t%d\t%d\t%s\t\n", l->id, t->page, t->token, t->name);
    for (const attribute *a = l->attributes; a && a->name; a++)
      printf("%d\tstart\t%d\t%d\t%s\t%s\n", l->id, a->page, a->token, a->name, a->value ? a->value : "");
    for (const attribute_value *v = l->values; v && v->value; v++)
      printf("%d\tvalue\t%d\t%d\t%s\t\n", l->id, v->page, v->token, v->value);
  }
  return fflush(stdout) ? 2 : 0;
}

static int read_number(uint32_t *n) {
  uint8_t b[4];
  if (fread(b, 1, 4, stdin) != 4) return 0;
  *n = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
  return 1;
}

static void write_number(uint32_t n) {
  uint8_t b[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
  fwrite(b, 1, 4, stdout);
}

int main(int argc, char **argv) {
  uint32_t length;
  if (argc != 2) return 2;
  if (strcmp(argv[1], "tables") == 0) return print_tables();
  int to_xml = strcmp(argv[1], "to-xml") == 0;
  while (read_number(&length)) {
    uint8_t *in = malloc(length + 1), *out = NULL;
    uint32_t out_length = 0;
    conv *c = NULL;
    int error;
    if (in == NULL || fread(in, 1, length, stdin) != length) return 2;
    in[length] = 0;
    if (to_xml) {
      error = wbxml_conv_wbxml2xml_create(&c);
      wbxml_conv_wbxml2xml_set_gen_type(c, 0);
      wbxml_conv_wbxml2xml_enable_preserve_whitespaces(c);
      if (!error) error = wbxml_conv_wbxml2xml_run(c, in, length, &out, &out_length);
      wbxml_conv_wbxml2xml_destroy(c);
    } else {
      error = wbxml_conv_xml2wbxml_create(&c);
      wbxml_conv_xml2wbxml_enable_preserve_whitespaces(c);
      if (!error) error = wbxml_conv_xml2wbxml_run(c, in, length, &out, &out_length);
      wbxml_conv_xml2wbxml_destroy(c);
    }
    if (error) out_length = 0;
    write_number((uint32_t)error);
    write_number(out_length);
    if (out_length) fwrite(out, 1, out_length, stdout);
    free(out);
    free(in);
  }
  return fflush(stdout) ? 2 : 0;
}
