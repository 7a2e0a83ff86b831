/* Linked with one whole library and its row: see tests/meson.build. */
int
main(void)
{
    return 0;
}
