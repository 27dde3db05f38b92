package io.processexecutor.spring;

/** The settings under {@code process-executor.propagation}: what of the caller's thread a task finds in its worker. */
public final class PropagationProperties {

    /** Whether the mapped diagnostic context of the logs goes along. */
    private boolean mdc = true;

    /** Whether the locale and the time zone of the caller's thread go along. */
    private boolean locale = true;

    /** Whether the current span goes along, as the headers of a remote call, where Micrometer Tracing is there. */
    private boolean tracing = true;

    /** Whether who is authenticated on the caller's thread goes along, where Spring Security is there. */
    private boolean security;

    /** Creates the defaults. */
    public PropagationProperties() {}

    /**
     * Whether the mapped diagnostic context of the logs goes along.
     *
     * @return the value
     */
    public boolean isMdc() {
        return mdc;
    }

    /**
     * Sets it.
     *
     * @param mdc the value
     */
    public void setMdc(boolean mdc) {
        this.mdc = mdc;
    }

    /**
     * Whether the locale and the time zone of the caller's thread go along.
     *
     * @return the value
     */
    public boolean isLocale() {
        return locale;
    }

    /**
     * Sets it.
     *
     * @param locale the value
     */
    public void setLocale(boolean locale) {
        this.locale = locale;
    }

    /**
     * Whether the current span goes along.
     *
     * @return the value
     */
    public boolean isTracing() {
        return tracing;
    }

    /**
     * Sets it.
     *
     * @param tracing the value
     */
    public void setTracing(boolean tracing) {
        this.tracing = tracing;
    }

    /**
     * Whether who is authenticated on the caller's thread goes along.
     *
     * @return the value
     */
    public boolean isSecurity() {
        return security;
    }

    /**
     * Sets it.
     *
     * @param security the value
     */
    public void setSecurity(boolean security) {
        this.security = security;
    }
}
