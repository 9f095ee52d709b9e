/* From samples to results: the printed table and the JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static int compare(const void *a, const void *b)
{
        double x = *(const double *)a;
        double y = *(const double *)b;

        return (x > y) - (x < y);
}

/* The value below which PERCENT of the samples lie, between two samples if need be. */
static double percentile(const double *samples, unsigned int n, unsigned int percent)
{
        unsigned int position = (n - 1) * percent;
        unsigned int i = position / 100;
        double sorted[ROUNDS_MAX + 1];

        memcpy(sorted, samples, n * sizeof(*samples));
        qsort(sorted, n, sizeof(*sorted), compare);
        sorted[n] = sorted[n - 1];
        return sorted[i] + (sorted[i + 1] - sorted[i]) * (position % 100) / 100;
}

struct result {
        double ours_us;
        double floor_us;
        double bare_us;
        double ratio; /* of the medians */
        double ratio_low;
        double ratio_high; /* quartiles over the rounds */
        bool missed;
};

static struct result result_of(const struct row *row)
{
        struct result r = {
                .ours_us = percentile(row->ours, row->n_samples, 50),
                .floor_us = percentile(row->floor, row->n_samples, 50),
                .bare_us = percentile(row->bare, row->n_samples, 50),
                .ratio_low = percentile(row->ratio, row->n_samples, 25),
                .ratio_high = percentile(row->ratio, row->n_samples, 75),
        };

        r.ratio = r.ours_us / r.floor_us;
        r.missed = row->target > 0 && r.ratio > row->target;
        return r;
}

static bool stream_missed(const struct stream *stream)
{
        return stream->present && stream->peak_kib > RESIDENT_MAX_KIB;
}

static void print_row(const struct row *row)
{
        struct result r;

        if (!row->present) {
                printf("%-24s left out\n", row->name);
                return;
        }
        r = result_of(row);
        printf("%-24s %12.1f %10.*f %12.1f %7.2f   %5.2f-%-5.2f", row->name, r.ours_us,
               r.ours_us < 1e4 ? 0 : 1, 1e6 / r.ours_us, r.floor_us, r.ratio, r.ratio_low,
               r.ratio_high);
        if (row->target > 0)
                printf("  %.1f %s", row->target, r.missed ? "MISSED" : "met");
        putchar('\n');
}

static void print_head(const char *title, const char *floor)
{
        printf("\n%-24s %12s %10s %12s %7s   %-11s  %s\n", title, "lancefs us", "per s", floor,
               "ratio", "quartiles", "target");
}

void print_table(const struct bench *bench)
{
        const struct stream *stream = &bench->stream;

        print_head("", "floor us");
        for (size_t i = 0; i < bench->n_rows; i++)
                print_row(&bench->rows[i]);
        for (size_t i = 0; i < bench->n_rows; i++) {
                if (bench->rows[i].present && bench->rows[i].change) {
                        struct result r = result_of(&bench->rows[i]);

                        printf("floor of %s: about %.1f us filesystem + %.1f us transaction\n",
                               bench->rows[i].name, r.floor_us - r.bare_us, r.bare_us);
                }
        }
        if (!stream->present) {
                puts("\nof 1,000,000 versions    left out");
                return;
        }
        print_head("of 1,000,000 versions", "of 10, us");
        for (size_t i = 0; i < bench->n_scale_rows; i++)
                print_row(&bench->scale_rows[i]);
        printf("%-24s %9.0f ms, %.0f entries per s\n", "ls", stream->ms,
               (double)stream->entries / stream->ms * 1e3);
        if (stream->peak_kib >= 0)
                printf("%-24s %9.1f MiB at most, %.1f MiB after ls; target %d MiB %s\n",
                       "daemon's memory", (double)stream->peak_kib / 1024,
                       (double)stream->resident_kib / 1024, RESIDENT_MAX_KIB / 1024,
                       stream_missed(stream) ? "MISSED" : "met");
}

static void json_string(FILE *file, const char *text, size_t size)
{
        fputc('"', file);
        for (size_t i = 0; i < size; i++) {
                unsigned char c = (unsigned char)text[i];

                if (c == '"' || c == '\\')
                        fprintf(file, "\\%c", c);
                else if (c < 0x20)
                        fprintf(file, "\\u%04x", c);
                else
                        fputc(c, file);
        }
        fputc('"', file);
}

static void json_rows(FILE *file, const char *key, const struct row *row, size_t n)
{
        const char *separator = "";

        fprintf(file, ",\n  \"%s\": [", key);
        for (size_t i = 0; i < n; i++, row++) {
                struct result r;

                if (!row->present)
                        continue;
                r = result_of(row);
                fprintf(file, "%s\n    {\"name\": ", separator);
                json_string(file, row->name, strlen(row->name));
                fprintf(file,
                        ", \"ours_us\": %.3f, \"floor_us\": %.3f, \"bare_transaction_us\": %.3f,"
                        " \"ratio\": %.4f, \"ratio_p25\": %.4f, \"ratio_p75\": %.4f,"
                        " \"rounds\": %u, \"batch\": %u",
                        r.ours_us, r.floor_us, r.bare_us, r.ratio, r.ratio_low, r.ratio_high,
                        row->n_samples, row->batch);
                if (row->target > 0)
                        fprintf(file, ", \"target\": %.2f, \"met\": %s", row->target,
                                r.missed ? "false" : "true");
                fputc('}', file);
                separator = ",";
        }
        fputs("\n  ]", file);
}

void write_json(const struct bench *bench)
{
        const struct stream *stream = &bench->stream;
        FILE *file = fopen(bench->json, "w");

        if (!file)
                die_errno("open", bench->json);
        fputs("{\n  \"facts\": {", file);
        for (unsigned int i = 0; i < bench->n_facts; i++) {
                const char *fact = bench->facts[i];
                size_t name = strcspn(fact, "=");

                fputs(i ? ",\n    " : "\n    ", file);
                json_string(file, fact, name);
                fputs(": ", file);
                json_string(file, fact + name + 1, strlen(fact + name + 1));
        }
        fputs("\n  }", file);
        json_rows(file, "rows", bench->rows, bench->n_rows);
        json_rows(file, "scale", bench->scale_rows, bench->n_scale_rows);
        if (stream->present)
                fprintf(file,
                        ",\n  \"stream\": {\"entries\": %" PRIu64 ", \"ms\": %.1f,"
                        " \"peak_kib\": %ld, \"resident_kib\": %ld}",
                        stream->entries, stream->ms, stream->peak_kib, stream->resident_kib);
        fputs("\n}\n", file);
        if (ferror(file) || fclose(file))
                die_errno("write", bench->json);
}

unsigned int count_missed(const struct bench *bench)
{
        unsigned int n = stream_missed(&bench->stream);

        for (size_t i = 0; i < bench->n_rows; i++)
                n += bench->rows[i].present && result_of(&bench->rows[i]).missed;
        for (size_t i = 0; i < bench->n_scale_rows; i++)
                n += bench->scale_rows[i].present && result_of(&bench->scale_rows[i]).missed;
        return n;
}
